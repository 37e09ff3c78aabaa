"""The table of an application: pre-check, then the whole examination here, or the mirror of the province's."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.applications.forms import (
    MirroredForm,
    ProposalForm,
    ProvinceCertificateForm,
    ProvinceCorrectionForm,
    ProvinceNumberForm,
)
from apps.applications.models import Application
from apps.certificates.models import Certificate
from apps.certificates.register import Entry, enter
from apps.evidence.models import Deposit
from apps.notices.models import Notice
from apps.notices.workflow import (
    NOTICE_CLOCK,
    NOTICE_STATES,
    date_notice,
    has_upheld_objection,
    no_objection_blocks,
    notice_moves,
)
from apps.verifications.guards import must_be_verified
from apps.workflow import clocks, search
from apps.workflow.forms import CommentForm, CorrectionForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.people import APPLICANT, CITY_CLERK, CLERKS, CLOCK, DECIDERS, ENTERING, REVIEWERS
from apps.workflow.review import complete_items, nothing, rectification
from apps.workflow.states import NEW, STAYS, ClockSpec, Kind, Move, Refusal, State, letter, states

LOCAL, PROVINCIAL = "local", "provincial"

STATES = (
    State("pre_check", _("To be pre-checked"), _("In pre-check"), "waiting", next=_("the office pre-checks it")),
    State("returned", _("Returned by the pre-check"), _("Returned"), "attention", next=_("the applicant mends it")),
    State("passed", _("Pre-check passed"), _("Pre-check passed"), "attention", next=_("it is filed with the province and its number entered")),
    State("examining", _("To be examined"), _("Under examination"), "waiting", next=_("the examiner")),
    State("correction", _("Correction asked"), _("Correction asked"), "attention", next=_("the applicant answers")),
    State("examined", _("Examined, to be decided"), _("Under examination"), "waiting", next=_("an official who did not examine decides")),
    State("approved", _("To be published"), _("Under examination"), "waiting", next=_("a clerk drafts the notice")),
    *NOTICE_STATES,
    State("registered", _("Registered"), _("Registered"), "good", open=False),
    State("refused", _("Registration refused"), _("Not registered"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the applicant"), "ended", open=False),
    State("deemed_withdrawn", _("Deemed withdrawn"), _("Deemed withdrawn"), "ended", open=False),
)  # fmt: skip


def is_local(act: Act) -> bool:
    return act.case.track == LOCAL


def is_provincial(act: Act) -> bool:
    return act.case.track == PROVINCIAL


def is_unclaimed(act: Act) -> bool:
    """Entered by an official, and the firm has not taken it over yet."""
    return act.case.entered_by_id is not None and act.row.claimed_at is None


# ------------------------------------------------------------------------------------------------ guards and checks


def evidence_founds(act: Act) -> Refusal | None:
    """No filing without verified evidence by a notary or a platform on file, older than the filing, of one's own."""
    deposit: Deposit = act.data["deposit"]
    if deposit.case.organisation_id != act.case.organisation_id:
        return Refusal("not_own_evidence", _("This deposit is another organisation's."))
    if deposit.deposited_at >= act.at:
        return Refusal("late_evidence", _("The evidence must be older than the filing."))
    if not act.recording and not deposit.founds_on(clocks.legal_day(act.at)):
        return Refusal(
            "no_evidence",
            _("This deposit founds no filing: it must be verified, and its platform on file with the authority."),
        )
    return None


def name_not_taken(act: Act) -> Refusal | None:
    """A name is unique for an applicant among what is under way and registered."""
    twins = Application.objects.filter(name=act.data["name"], case__organisation=act.case.organisation_id)
    if twins.filter(case__status__in=[s.name for s in STATES if s.open] + ["registered"]).exists():
        return Refusal("name_taken", _("You have filed or registered a data set under this name already."))
    return None


def first_round(act: Act) -> Refusal | None:
    if asked_times(act) == 0:
        return None
    return Refusal(
        "asked_before", _("A correction was asked once and completely; a second round is the section chief's.")
    )


def second_round(act: Act) -> Refusal | None:
    asked = asked_times(act)
    if asked == 1:
        return None
    if asked == 0:
        return Refusal("not_asked_before", _("No correction was asked yet: the examiner asks the first."))
    return Refusal("asked_twice", _("Correction was asked twice already; decide on the file."))


def asked_times(act: Act) -> int:
    return act.case.events.standing().filter(move__in=("ask_correction", "ask_again")).count()


def notice_not_provisional(act: Act) -> Refusal | None:
    if not Notice.objects.filter(case=act.case, withdrawn_at__isnull=True, provisional=True).exists():
        return None
    return Refusal(
        "provisional", _("The end of the notice is provisional: next year's working days are not published.")
    )


def upheld(act: Act) -> Refusal | None:
    if has_upheld_objection(act.case):
        return None
    return Refusal("no_upheld_objection", _("No objection to it was upheld."))


# ------------------------------------------------------------------------------------------------ effects

COLUMNS = (
    "name", "reg_kind", "industry", "marine_category", "scenario", "sources", "data_type", "fields", "record_count",
    "volume_bytes", "formats", "update_frequency", "update_until", "algorithm", "deposit", "formed_on", "applicants",
    "agent", "contact_name", "contact_phone", "contact_email", "withheld", "checklist", "store", "other_registrations",
    "remark",
)  # fmt: skip


def make_row(act: Act) -> None:
    """The application's row from the cleaned values; consent to electronic service is kept with the firm."""
    Application.objects.create(case=act.case, **{name: act.data[name] for name in COLUMNS if name in act.data})
    firm = act.case.organisation
    if act.data.get("e_service") and firm.e_service_consent_at is None:
        firm.e_service_consent_at = act.at
        firm.save(update_fields=["e_service_consent_at"])
    act.data = {}
    index(act)


def index(act: Act) -> None:
    row = act.row
    search.index(
        act.case.pk, f"{act.case.number or ''} {row.province_number or ''} {row.name} {act.case.organisation.name}"
    )


def number_first(act: Act) -> None:
    """The number is given before the row is indexed, last of what can fail."""
    from apps.workflow.numbering import next_number

    act.case.number = next_number(KIND.series, clocks.legal_day(act.at).year)


def apply_answer(act: Act) -> None:
    """Only the items that were asked for change."""
    from apps.applications.filing import open_paths

    allowed = open_paths(act.case) & set(COLUMNS)
    row = act.row
    for name, value in act.data.get("values", {}).items():
        if name in allowed:
            setattr(row, name, value)
    row.full_clean(exclude=["case", "applicants", "agent", "withheld", "store", "other_registrations"])
    row.save()
    act.case.title = row.name
    act.data = {}
    index(act)


def take_over(act: Act) -> None:
    act.row.claimed_at = act.at
    act.row.save(update_fields=["claimed_at"])


def give_back(act: Act) -> None:
    act.row.claimed_at = None
    act.row.save(update_fields=["claimed_at"])


def keep_proposal(act: Act) -> None:
    act.row.proposal = act.data["proposal"]
    act.row.save(update_fields=["proposal"])


def drop_proposal(act: Act) -> None:
    act.row.proposal = ""
    act.row.save(update_fields=["proposal"])


def keep_province_number(act: Act) -> None:
    act.row.province_number = act.data["province_number"]
    act.row.save(update_fields=["province_number"])
    index(act)


def drop_province_number(act: Act) -> None:
    act.row.province_number = None
    act.row.save(update_fields=["province_number"])


def province_due(act: Act) -> None:
    """The province's own last day, where it states one, goes before our rule."""
    if act.data.get("due_on"):
        act.dues["province_reply"] = act.data["due_on"]


def mirror_notice(act: Act) -> None:
    notice = Notice(case=act.case, face=act.row.public_face(), drafted_at=act.at)
    date_notice(act, notice, bulletin=f"省平台 {act.row.province_number}")


def drop_mirrored_notice(act: Act) -> None:
    Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_for=act.comment
    )


def entry_of(act: Act, **mirrored) -> Entry:
    row = act.row
    ends = tuple(sorted((date.fromisoformat(s["ends_on"]), s["licensor"]) for s in row.sources if s.get("ends_on")))
    return Entry(
        name=row.name,
        holders=(act.case.organisation,),
        industry=row.industry,
        marine_category=row.marine_category,
        scenario=row.scenario,
        source_kinds=tuple(dict.fromkeys(source["kind"] for source in row.sources)),
        structure="\n".join(field["name"] for field in row.fields),
        record_count=row.record_count,
        volume_bytes=row.volume_bytes,
        update_frequency=row.update_frequency,
        evidence=row.deposit.paper,
        contract_ends=ends,
        **mirrored,
    )


def enter_right(act: Act) -> None:
    registration = enter(entry_of(act), origin=act.case, actor=act.actor, at=act.at, recording=act.recording)
    act.facts.update(registration=registration.number)


def enter_mirrored(act: Act) -> None:
    """The province's numbers and dates stand as they are on its certificate."""
    day = clocks.legal_day(act.at)
    entry = entry_of(
        act,
        number=act.data["registration_number"],
        certificate_number=act.data["certificate_number"],
        form=Certificate.Form.NATIONAL if len(act.data["certificate_number"]) == 17 else Certificate.Form.PROVINCIAL,
        registered_on=day,
        valid_until=act.data["valid_until"],
    )
    registration = enter(entry, origin=act.case, actor=act.actor, at=act.at, recording=act.recording)
    act.facts.update(registration=registration.number)


def letter_context(act: Act) -> dict:
    row = act.row
    return {"name": row.name, "province_number": row.province_number or "", "remedy": remedy(act), **act.facts}


def remedy(act: Act) -> str:
    from apps.applications.remedies import remedy_text

    return remedy_text() if act.event and act.event.to_status in ("refused", "deemed_withdrawn", "withdrawn") else ""


FILERS = APPLICANT | ENTERING
MIRRORERS = CLERKS | REVIEWERS
MIRROR = {"when": is_provincial, "form": MirroredForm, "tag": "mirror"}
LIMIT = {"remind_before": "remind_before", "remind_after": "remind_after"}

KIND = Kind(
    name="application",
    label=_("Application for registration"),
    model=Application,
    states=STATES,
    letter_context=letter_context,
    clocks=(
        ClockSpec("pre_check", _("pre-check"), "pre_check_days", **LIMIT),
        ClockSpec("examination", _("examination"), "review_days", **LIMIT),
        ClockSpec(
            "reply", _("answer to the correction notice"), "correction_reply_days", audience="applicant",
            on_expiry="lapse", from_service=True, remind_before="remind_before",
        ),
        ClockSpec(
            "province_reply", _("answer to the province's correction notice"), "correction_reply_days",
            audience="applicant", remind_before="remind_before",
        ),
        ClockSpec("decision", _("decision after the examination"), "decision_days", **LIMIT),
        NOTICE_CLOCK,
        ClockSpec("registration", _("registration after the notice"), "registration_days", **LIMIT),
    ),
    moves=(
        Move(
            "file", _("File"), _("filed the application"), NEW, "pre_check", APPLICANT | CLERKS,
            checks=(must_be_verified, evidence_founds, name_not_taken), effects=(number_first, make_row),
            starts=("pre_check",), tag="file", letters=letter("application.received"), snapshot=True,
        ),
        Move(
            "return_pre_check", _("Return for correction"), _("returned it in the pre-check"), states("pre_check"),
            "returned", REVIEWERS, form=CorrectionForm, checks=(complete_items,), stops=("pre_check",),
            letters=letter("application.returned"), tag="examine", undo=nothing,
        ),
        Move(
            "refile", _("Send the answer"), _("sent the mended application"), states("returned"), "pre_check",
            FILERS, effects=(apply_answer,), starts=("pre_check",), tag="file", tone="primary",
            letters=letter("case.answered"), snapshot=True,
        ),
        Move(
            "pass_pre_check", _("Pass to examination"), _("passed the pre-check"), states("pre_check"), "examining",
            REVIEWERS, form=CommentForm, when=is_local, stops=("pre_check",), starts=("examination",), tag="pre_check",
            barred=("file", "enter"), tone="primary", letters=letter("application.passed"), undo=nothing,
        ),
        Move(
            "pass_to_province", _("Pass; to be filed with the province"), _("passed the pre-check"),
            states("pre_check"), "passed", REVIEWERS, form=CommentForm, when=is_provincial, stops=("pre_check",),
            tag="pre_check", barred=("file", "enter"), tone="primary", letters=letter("application.to_province"),
            undo=nothing,
        ),
        Move(
            "ask_correction", _("Return for correction"), _("returned it for correction"), states("examining"),
            "correction", CITY_CLERK, form=CorrectionForm, when=is_local, guards=(first_round,),
            checks=(complete_items,), stops=("examination",), starts=("reply",), tag="examine",
            letters=letter("case.correction"), undo=nothing,
        ),
        Move(
            "ask_again", _("Ask for a second correction"), _("asked for a second correction"), states("examining"),
            "correction", DECIDERS, form=CorrectionForm, when=is_local, guards=(second_round,),
            checks=(complete_items,), stops=("examination",), starts=("reply",), tag="examine",
            letters=letter("case.correction"), undo=nothing,
        ),
        Move(
            "answer", _("Send the answer"), _("answered the correction notice"), states("correction"), "examining",
            FILERS, when=is_local, effects=(apply_answer,), stops=("reply",), starts=("examination",),
            tag="file", tone="primary", letters=letter("case.answered"), snapshot=True,
        ),
        Move(
            "lapse", _("Deem withdrawn"), _("deemed withdrawn: no answer in time"), states("correction"),
            "deemed_withdrawn", CLOCK, letters=letter("case.lapsed"), undo=nothing,
        ),
        Move(
            "propose", _("Propose"), _("examined it and proposed a decision"), states("examining"), "examined",
            CITY_CLERK, form=ProposalForm, when=is_local, effects=(keep_proposal,), stops=("examination",),
            starts=("decision",), tag="examine", tone="primary", silent="a proposal is internal", undo=drop_proposal,
        ),
        Move(
            "send_back", _("Back to the examiner"), _("sent it back to the examiner"), states("examined"), "examining",
            DECIDERS, form=ReasonForm, effects=(drop_proposal,), stops=("decision",), starts=("examination",),
            silent="an internal step", undo=nothing,
        ),
        Move(
            "approve", _("Approve for public notice"), _("approved it for public notice"), states("examined"),
            "approved", DECIDERS, form=CommentForm, stops=("decision",), tag="decide", barred=("examine",),
            tone="primary", letters=letter("application.approved"), snapshot=True, undo=nothing,
        ),
        Move(
            "refuse", _("Refuse registration"), _("refused registration"), states("examined"), "refused", DECIDERS,
            form=ReasonForm, stops=("decision",), tag="decide", barred=("examine",), tone="danger",
            letters=letter("application.refused"), snapshot=True, undo=nothing,
        ),
        *notice_moves("approved", after=("registration",)),
        Move(
            "refuse_on_objection", _("Refuse on the objection"), _("refused registration on an upheld objection"),
            states("in_notice", "notice_closed"), "refused", DECIDERS, form=ReasonForm, when=is_local,
            guards=(upheld,), tag="decide", barred=("examine",), tone="danger", letters=letter("application.refused"),
            snapshot=True, undo=nothing,
        ),
        Move(
            "register", _("Register"), _("registered it"), states("notice_closed"), "registered", DECIDERS,
            form=CommentForm, when=is_local, guards=(no_objection_blocks, notice_not_provisional),
            effects=(enter_right,), stops=("registration",), tag="decide", barred=("examine",), tone="primary",
            letters=letter("application.registered"), snapshot=True,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the application"),
            states("pre_check", "returned", "passed", "examining", "correction", "examined", "approved", "notice_drafted", "in_notice", "notice_closed"),
            "withdrawn", APPLICANT, form=CommentForm, tone="danger", letters=letter("case.withdrawn"), undo=nothing,
        ),
        Move(
            "claim", _("Take over"), _("took over the application that the office had entered"),
            states(*(state.name for state in STATES)), STAYS, APPLICANT, when=is_unclaimed, effects=(take_over,),
            undo=give_back, tone="primary", silent="the page says it at once",
        ),
        Move(
            "enter_number", _("Enter the province's number"), _("entered the province's number"), states("passed"),
            "examining", APPLICANT | MIRRORERS, form=ProvinceNumberForm, when=is_provincial,
            effects=(keep_province_number,), starts=("examination",), tag="mirror", tone="primary",
            letters=letter("application.mirrored"), undo=drop_province_number,
        ),
        Move(
            "mirror_correction", _("The province asks for correction"), _("noted the province's correction notice"),
            states("examining"), "correction", MIRRORERS, form=ProvinceCorrectionForm, when=is_provincial,
            effects=(province_due,), stops=("examination",), starts=("province_reply",), tag="mirror",
            letters=letter("application.province_correction"), undo=nothing,
        ),
        Move(
            "mirror_answer", _("Answered on the province's platform"), _("noted the answer given to the province"),
            states("correction"), "examining", APPLICANT | MIRRORERS, stops=("province_reply",),
            starts=("examination",), tone="primary", letters=letter("application.mirrored"), undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_notice", _("In notice with the province"), _("noted the province's public notice"),
            states("examining"), "in_notice", MIRRORERS, effects=(mirror_notice,), stops=("examination",),
            starts=("notice",), tone="primary", letters=letter("application.mirrored"), undo=drop_mirrored_notice, **MIRROR,
        ),
        Move(
            "mirror_registered", _("Registered by the province"), _("noted the province's registration"),
            states("examining", "in_notice", "notice_closed"), "registered", MIRRORERS, form=ProvinceCertificateForm,
            when=is_provincial, effects=(enter_mirrored,), tag="mirror", tone="primary",
            letters=letter("application.registered"), snapshot=True,
        ),
        Move(
            "mirror_refused", _("Refused by the province"), _("noted the province's refusal"),
            states("examining", "correction", "in_notice", "notice_closed"), "refused", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_withdrawn", _("Withdrawn with the province"), _("noted the withdrawal with the province"),
            states("examining", "correction", "in_notice", "notice_closed"), "withdrawn", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_lapsed", _("Deemed withdrawn by the province"), _("noted that the province deems it withdrawn"),
            states("correction"), "deemed_withdrawn", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), undo=nothing, **MIRROR,
        ),
        *rectification(STATES),
    ),
    series="申",
)  # fmt: skip
