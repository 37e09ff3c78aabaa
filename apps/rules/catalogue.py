"""The rules the software brings: proposals with their basis, in force and marked 「待核实」 until an official confirms.

One line each: key, value, unit, names, basis in Chinese and in English. A count list is a list of reminders.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    key: str
    value: int | list[int] | bool | str
    unit: str
    name_zh: str
    name_en: str
    basis_zh: str
    basis_en: str


MEASURES = (
    "《浙江省数据知识产权登记办法（试行）》，具体期限待核实",
    "Zhejiang Measures for Registration of Data IP (Trial); the exact limit is to be confirmed",
)
OFFICE = ("本局办理时限，待核实", "This office's own limit, to be confirmed")
LICENSING_32 = (
    "参照《行政许可法》第三十二条第（四）项",
    "By analogy with the Administrative Licensing Law, art. 32(4)",
)
LICENSING_44 = ("参照《行政许可法》第四十四条", "By analogy with the Administrative Licensing Law, art. 44")
PATENT_PLEDGE = (
    "参照《专利权质押登记办法》（国家知识产权局公告第461号）",
    "By analogy with the Measures for Registration of Patent Pledges (CNIPA notice 461)",
)
PILOTS = (
    "参照北京、上海试点办法，浙江待核实",
    "After the pilot rules of Beijing and Shanghai; Zhejiang's to be confirmed",
)
ALLIANCE = ("联盟章程惯例，待核实", "Customary in charters of alliances, to be confirmed")
PROTECTION = ("参照 GB/T 22239-2019 身份鉴别", "After GB/T 22239-2019, identification and authentication")
REPORTS = ("统计报送惯例，待核实", "Customary in statistical reporting, to be confirmed")
EXCHANGE = ("交易机构办理时限，待核实", "Limit of the exchange, to be confirmed")


def insurance(article: int) -> tuple[str, str]:
    return f"《保险法》第{article}条", f"Insurance Law, art. {article}"


REGISTRATION = (
    Rule("pre_check_days", 3, "workday", "预审期限", "Pre-check", *OFFICE),
    Rule("correction_notice_days", 5, "workday", "一次性告知补正期限", "Notice of correction", *LICENSING_32),
    Rule("review_days", 10, "workday", "审查期限", "Examination", *MEASURES),
    Rule("decision_days", 5, "workday", "审查后决定期限", "Decision after examination", *OFFICE),
    Rule("correction_reply_days", 10, "workday", "补正答复期限", "Answer to a correction", *MEASURES),
    Rule("notice_days", 10, "workday", "公示期", "Public notice", *MEASURES),
    Rule("registration_days", 5, "workday", "公示期满后登记期限", "Registration after the notice", *OFFICE),
    Rule("certificate_issue_days", 10, "workday", "发证期限", "Issue of the certificate", *LICENSING_44),
    Rule("objection_admission_days", 3, "workday", "异议受理期限", "Admission of an objection", *OFFICE),
    Rule("objection_supplement_days", 5, "workday", "异议补充材料期限", "Supplement of an objection", *OFFICE),
    Rule("objection_forward_days", 3, "workday", "异议转送期限", "Forwarding of an objection", *MEASURES),
    Rule("objection_reply_days", 10, "workday", "异议答复期限", "Answer to an objection", *MEASURES),
    Rule("objection_decision_days", 10, "workday", "异议决定期限", "Decision on an objection", *OFFICE),
    Rule("organisation_verify_days", 3, "workday", "单位核验期限", "Verification of an organisation", *OFFICE),
    Rule("deposit_verify_days", 5, "workday", "存证核验期限", "Verification of a deposit", *OFFICE),
    Rule(
        "reconsideration_days", 60, "day", "申请行政复议期限", "Application for reconsideration",
        "《行政复议法》第二十条", "Administrative Reconsideration Law, art. 20",
    ),
)  # fmt: skip

CERTIFICATES = (
    Rule("certificate_years", 3, "year", "登记有效期", "Validity of a registration", *PILOTS),
    Rule("renewal_window_months", 6, "month", "届满前可续展期间", "Renewal window before expiry", *PILOTS),
    Rule("renewal_decision_days", 10, "workday", "续展审查期限", "Decision on a renewal", *MEASURES),
    Rule("change_filing_days", 30, "day", "变更申报期限", "Filing of a change", *PATENT_PLEDGE),
    Rule("transfer_filing_days", 30, "day", "转移申报期限", "Filing of a transfer", *PATENT_PLEDGE),
    Rule("licence_filing_days", 30, "day", "许可备案期限", "Filing of a licence", *PATENT_PLEDGE),
    Rule("change_decision_days", 10, "workday", "变更审查期限", "Decision on a change", *MEASURES),
    Rule("transfer_decision_days", 10, "workday", "转移审查期限", "Decision on a transfer", *MEASURES),
    Rule("licence_decision_days", 10, "workday", "许可备案审查期限", "Examination of a licence filing", *OFFICE),
    Rule("cancellation_decision_days", 10, "workday", "注销审查期限", "Decision on a cancellation", *MEASURES),
    Rule("revocation_opening_days", 5, "workday", "撤销线索处理期限", "Answer to a report for revocation", *OFFICE),
    Rule("revocation_decision_days", 20, "workday", "撤销决定期限", "Decision on a revocation", *OFFICE),
    Rule("holder_statement_days", 10, "workday", "权利人陈述期限", "Statement of the holder", *OFFICE),
    Rule("reissue_days", 5, "workday", "补发换发期限", "Re-issue of a certificate", *OFFICE),
)

FINANCE = (
    Rule("pledge_review_days", 5, "workday", "质押登记审查期限", "Examination of a pledge", *PATENT_PLEDGE),
    Rule("pledge_online_review_days", 2, "workday", "质押登记审查期限（网上）", "Examination of a pledge filed online", *PATENT_PLEDGE),
    Rule("pledge_release_days", 5, "workday", "质押注销审查期限", "Release of a pledge", *PATENT_PLEDGE),
    Rule("pledge_cooling_days", 3, "workday", "质押注销冷静期", "Cooling period of a release", *OFFICE),
    Rule("release_alarm_count", 10, "times", "同一账号短时注销质押预警次数", "Releases by one account that raise an alarm", *OFFICE),
    Rule("release_alarm_hours", 24, "hour", "质押注销预警时段", "Hours in which releases by one account are counted", *OFFICE),
    Rule("intent_notice_days", 5, "workday", "质押意向告知有效期", "Notice of intent to take a pledge", *OFFICE),
    Rule("pledge_change_filing_days", 30, "day", "质押变更申报期限", "Filing of a change of a pledge", *PATENT_PLEDGE),
    Rule("pledge_registration_reminder_days", 10, "workday", "签约后未登记提醒", "Reminder after a contract without registration", *OFFICE),
    Rule(
        "valuation_months", 12, "month", "评估报告有效期", "Validity of a valuation",
        "资产评估执业惯例，待核实", "Practice of asset valuation, to be confirmed",
    ),
    Rule("policy_follow_up_days", 10, "workday", "投保跟进期限", "Follow-up of an insurance application", *OFFICE),
    Rule("policy_renewal_days", 60, "day", "到期前可续保期间", "Renewal of a policy before its end", *OFFICE),
    Rule("policy_ending_days", 30, "day", "保单即将到期", "A policy ends soon", *OFFICE),
    Rule("policy_transfer_days", 30, "day", "标的转让后保险人答复期限", "Insurer's answer after a transfer of the insured right", *insurance(49)),
    Rule("claim_assessment_days", 30, "day", "理赔核定期限", "Assessment of a claim", *insurance(23)),
    Rule("claim_payment_days", 10, "day", "赔付期限", "Payment of a claim", *insurance(23)),
    Rule("claim_refusal_notice_days", 3, "day", "拒赔通知期限", "Notice of refusal of a claim", *insurance(24)),
    Rule("claim_advance_days", 60, "day", "先予支付期限", "Advance payment of a claim", *insurance(25)),
    Rule("claim_limit_years", 2, "year", "索赔时效", "Limitation of claims", *insurance(26)),
    Rule("listing_review_days", 5, "workday", "挂牌审核期限", "Review of a listing", *EXCHANGE),
    Rule("listing_compliance_days", 20, "workday", "合规评估期限", "Compliance assessment of a listing", *EXCHANGE),
    Rule("listing_suspension_days", 30, "day", "暂停挂牌最长期限", "Longest suspension of a listing", *EXCHANGE),
)  # fmt: skip

GROWTH = (
    Rule("membership_check_days", 10, "workday", "入盟材料核查期限", "Check of a membership application", *ALLIANCE),
    Rule("membership_decision_months", 3, "month", "入盟审议期限", "Decision on a membership", *ALLIANCE),
    Rule("membership_suspension_months", 12, "month", "暂停会籍后提请除名", "Suspension before removal is proposed", *ALLIANCE),
    Rule("membership_return_years", 1, "year", "退盟后可再申请", "New application after leaving", *ALLIANCE),
    Rule("sharing_call_days", 15, "workday", "共享清单征集期", "Call for the sharing list", *ALLIANCE),
    Rule("sharing_check_days", 10, "workday", "共享清单审核期限", "Check of the sharing list", *ALLIANCE),
    Rule("sharing_answer_days", 10, "workday", "共享请求答复期限", "Answer to a sharing request", *ALLIANCE),
    Rule("library_first_review_days", 10, "workday", "入库初审期限", "First review for a library", *OFFICE),
    Rule("library_review_days", 20, "workday", "入库评审期限", "Review for a library", *OFFICE),
    Rule("library_notice_days", 5, "workday", "入库公示期", "Notice of a library list", *OFFICE),
    Rule("report_submission_days", 5, "day", "月报报送期限", "Submission of a monthly report", *REPORTS),
    Rule("quarterly_report_submission_days", 10, "day", "季报报送期限", "Submission of a quarterly report", *REPORTS),
)  # fmt: skip

REMINDERS = (
    Rule("remind_before", [3, 1], "workday", "到期前提醒", "Reminders before a due day", *OFFICE),
    Rule("remind_after", [1, 3], "workday", "超期后提醒", "Reminders after a due day", *OFFICE),
    Rule("remind_before_certificate", [180, 90, 30, 7], "day", "证书届满前提醒", "Reminders before a certificate expires", *OFFICE),
    Rule("remind_before_policy", [60, 30, 7], "day", "保单到期前提醒", "Reminders before a policy ends", *OFFICE),
    Rule("remind_before_pledge", [30, 7], "day", "质押债务到期前提醒", "Reminders before a secured debt is due", *OFFICE),
    Rule("remind_before_listing", [30], "day", "挂牌到期前提醒", "Reminders before a listing ends", *OFFICE),
)  # fmt: skip

SWITCHES = (
    Rule(
        "local_track", False, "switch", "本地登记通道", "Local registration track",
        "登记由省级平台办理；本地办理须有经确认的依据", "The provincial platform registers; a local procedure needs a confirmed basis",
    ),
    Rule(
        "service_rule", "delivery", "text", "期限起算：送达（delivery）或阅读（read）", "Start of a reply period: delivery or read",
        "参照《民事诉讼法》第九十条电子送达，须经受送达人同意", "By analogy with the Civil Procedure Law, art. 90, electronic service by consent",
    ),
    Rule(
        "objection_confirm_hours", 24, "times", "异议电子邮件确认期限（小时）", "Confirmation of an objection by e-mail (hours)",
        *OFFICE,
    ),
    Rule(
        "office_hours_end", "none", "text", "受理截止时刻（none 为当日 24:00，或如 17:00）", "End of the office day: none (24:00) or a time such as 17:00",
        "《民法典》第二百零三条第二款：有业务时间的，停止业务活动的时间为截止时间", "Civil Code, art. 203(2): where there are business hours, they end the last day",
    ),
    Rule(
        "retention_on", False, "switch", "到期清除", "Erasing what was kept long enough",
        "《个人信息保护法》第十九条、第四十七条；启用须经确认", "Personal Information Protection Law, arts. 19 and 47; on only when confirmed",
    ),
    Rule("stale_letter_days", 5, "day", "未送达通知转人工期限", "Undelivered letter becomes a task", *OFFICE),
)  # fmt: skip

CALLS = (
    Rule("call_ending_days", 5, "day", "联系企业：期限届满前", "Who to call: before a time limit ends", *OFFICE),
    Rule("call_waiting_days", 7, "day", "联系企业：等待答复满", "Who to call: after waiting for an answer", *OFFICE),
    Rule("call_draft_days", 7, "day", "联系企业：草稿搁置满", "Who to call: after a draft was left", *OFFICE),
    Rule("call_deposit_days", 14, "day", "联系企业：存证后未申请登记满", "Who to call: after a deposit without an application", *OFFICE),
    Rule("call_right_days", 90, "day", "联系企业：登记后未运用满", "Who to call: after a registration was not used", *OFFICE),
    Rule("call_forgotten_days", 730, "day", "联系企业：不再提示", "Who to call: no longer told after", *OFFICE),
)  # fmt: skip

HOUSEKEEPING = (
    Rule("invitation_days", 7, "day", "单位邀请有效期", "Validity of an invitation into an organisation", *OFFICE),
    Rule("province_check_days", 7, "day", "省平台核对间隔", "Interval of checking the provincial platform", *OFFICE),
    Rule("draft_purge_months", 12, "month", "草稿保留期", "Keeping of drafts", *OFFICE),
    Rule("deleted_draft_days", 30, "day", "已删除草稿可恢复期", "Bringing back of a deleted draft", *OFFICE),
    Rule("letter_months", 24, "month", "与事项无关的信件保留期", "Keeping of letters about no case", *OFFICE),
    Rule("private_page_months", 12, "month", "异议人专页在异议终结后的保留期", "Keeping of an objector's private page after the end", *OFFICE),
    Rule("lockout_attempts", 5, "times", "登录失败锁定次数", "Failed sign-ins before lockout", *PROTECTION),
    Rule("lockout_minutes", 30, "minute", "登录锁定时长", "Length of a lockout", *PROTECTION),
    Rule("idle_minutes", 30, "minute", "空闲退出时长", "Sign-out when idle", *PROTECTION),
    Rule("session_hours", 10, "hour", "登录会话最长时长", "Longest sign-in", *PROTECTION),
    Rule("account_idle_days", 90, "day", "账号闲置复核期限", "Review of idle accounts", *PROTECTION),
    Rule("password_days", 90, "day", "口令更换周期", "Change of password", *PROTECTION),
    Rule(
        "log_retention_days", 200, "day", "网络日志保留期", "Keeping of network logs",
        "《网络安全法》第二十三条第（三）项：不少于六个月", "Cybersecurity Law, art. 23(3): six months at least",
    ),
    Rule(
        "disclosure_record_years", 3, "year", "个人信息提供记录保留期", "Keeping of the register of disclosures",
        "《网络数据安全管理条例》第十二条", "Regulations on Network Data Security, art. 12",
    ),
    Rule(
        "personal_data_days", 15, "day", "个人信息请求答复期限", "Answer to a request about personal data",
        "参照《个人信息保护法》第四十四条至第四十七条，具体期限待核实", "After the Personal Information Protection Law, arts. 44 to 47; the exact limit is to be confirmed",
    ),
    Rule(
        "case_file_years", 30, "year", "案卷保管期限", "Keeping of case files",
        "参照登记档案保管惯例，待核实", "Practice for registration archives, to be confirmed",
    ),
)  # fmt: skip

NOT_IN_USE = frozenset({
    "correction_notice_days", "certificate_issue_days", "reconsideration_days",
    "pledge_online_review_days", "pledge_change_filing_days",
    "membership_decision_months", "sharing_call_days", "sharing_answer_days",
    "library_first_review_days", "library_review_days", "library_notice_days",
    "report_submission_days", "quarterly_report_submission_days",
})  # fmt: skip
"""Keys that stand on record with their basis and by which the portal does not act yet. Whoever reads one strikes it here:
`manage.py check` compares."""

RULES = (*REGISTRATION, *CERTIFICATES, *FINANCE, *GROWTH, *REMINDERS, *SWITCHES, *CALLS, *HOUSEKEEPING)
_UNITS = {rule.key: rule.unit for rule in RULES}


def unit_of(key: str) -> str:
    """What the values of a rule count: every row of a key has the unit that comes with the key; "" without a rule."""
    return _UNITS.get(key, "")
