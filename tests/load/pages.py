"""The pages that are measured: who reads each, its address, its aim; and the rows that must be there to read it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.models import User
from apps.certificates.models import Certificate, Registration
from apps.notices.models import Bulletin, Notice
from apps.outbox.models import Letter
from apps.outbox.preferences import make_feed
from apps.workflow import drafts, search
from apps.workflow.machine import perform
from apps.workflow.models import Case, Draft
from tests.load import on_rights

RARE = "望潮专名"
FORMS = ("entry_change", "pledge", "listing", "transfer")


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, who reads it, its address, whether a list or a detail, and the aim (× floor)."""

    name: str
    reader: str
    path: str
    aim: float
    detail: bool = False


def pages() -> list[Page]:
    """The pages; the case page is of an application with some history."""
    mark_rare()
    case = Case.objects.filter(kind="application", status="examining").order_by("-pk")[0]
    right = Registration.objects.order_by("-registered_on", "-pk")[0]
    return [
        *desk_lists(),
        *desk_pages(case, right),
        *public_pages(right),
        *portal_pages(case, right),
        *on_right_pages(),
    ]


def mark_rare() -> None:
    """Three cases whose words nobody else has."""
    for case in Case.objects.filter(kind="application").order_by("pk")[:3]:
        search.index(case.pk, f"{case.number} {RARE} {case.title}")


def desk_lists() -> list[Page]:
    colleague = User.objects.get(username="clerk2").pk
    waiting = Case.objects.filter(kind="application", status="pre_check").order_by("-pk").values_list("pk", flat=True)
    return [
        Page("queue", "clerk", "/desk/", 3),
        Page("queue, by state", "clerk", "/desk/?state=application.examining", 3),
        Page("queue, closed state", "clerk", "/desk/?state=application.registered", 3),
        Page("queue, mine", "clerk", "/desk/?assigned=me", 3),
        Page("queue, all", "clerk", "/desk/?show=all", 3),
        Page("queue, overdue", "clerk", "/desk/?due=overdue", 3),
        Page("queue, district official", "district_clerk", "/desk/", 3),
        Page("queue, my team", "clerk", "/desk/?show=open&assigned=team", 3),
        Page("queue, one kind with totals", "clerk", "/desk/?show=all&kind=policy", 4),
        Page("my day", "clerk", "/desk/day/", 4),
        Page("team", "clerk", "/desk/team/", 3),
        Page("desk of a colleague", "clerk", f"/desk/team/{colleague}/", 8),
        Page("absences", "chief", "/desk/absences/", 3),
        Page("batch of twenty", "clerk", "/desk/batch/?" + "&".join(f"case={pk}" for pk in waiting[:20]), 8),
        Page("who to call", "clerk", "/desk/calls/", 8),
        Page("search, rare term", "clerk", f"/desk/?q={RARE}", 4),
        Page("search, everywhere term", "clerk", "/desk/?q=数据集", 4),
        Page("search, two characters", "clerk", "/desk/?q=浪高", 4),
        Page("search, one character", "clerk", "/desk/?q=浪", 4),
        Page("desk notices", "clerk", "/desk/notices/", 3),
        Page("desk register", "clerk", "/desk/register/", 3),
        Page("desk letters", "clerk", "/desk/letters/", 4),
        Page("desk letters, came back", "clerk", "/desk/letters/?fate=back", 4),
        Page("papers", "clerk", "/desk/papers/", 3),
        Page("disclosures", "chief", "/desk/disclosures/", 3),
        Page("retention", "chief", "/desk/retention/", 3),
        Page("tables of the province", "clerk", "/desk/province/", 3),
        Page("sheets of banks and insurers", "clerk", "/desk/sheets/", 3),
        Page("enter what came on paper", "clerk", "/desk/enter/?q=舟山", 3),
    ]


def desk_pages(case: Case, right: Registration) -> list[Page]:
    at = f"/desk/cases/{case.pk}/"
    letter = Letter.objects.order_by("-pk")[0]
    return [
        Page("case page", "clerk", at, 4, detail=True),
        Page("case page, timeline", "clerk", f"{at}?tab=story", 4, detail=True),
        Page("case page, checklist", "clerk", f"{at}?tab=checklist", 4, detail=True),
        Page("case page, as filed", "clerk", f"{at}?tab=changes", 6, detail=True),
        Page("case page, like cases", "clerk", f"{at}?tab=related", 6, detail=True),
        Page("decision sheet", "chief", f"{at}decision/", 6, detail=True),
        Page("correction notice being made", "clerk", f"{at}moves/ask_correction/", 6, detail=True),
        Page("ledger of a case", "clerk", f"{at}ledger/", 4, detail=True),
        Page("case file", "clerk", f"{at}file/", 6, detail=True),
        Page("who is touched", "clerk", f"/desk/cases/{right.pk}/touching/?act=revoke", 4, detail=True),
        Page("entry of the register", "clerk", f"/desk/register/{right.pk}/", 4, detail=True),
        Page("a firm to call", "clerk", f"/desk/calls/{right.holder_id}/", 4),
        Page("time line of a firm", "clerk", f"/desk/calls/{right.holder_id}/time-line/", 4),
        Page("a letter", "clerk", f"/desk/letters/{letter.pk}/", 4),
        Page("letters to me", "clerk", "/account/letters/", 4),
        Page("calendar of deadlines", "clerk", "/account/calendar/", 4),
        Page("calendar of a desk", "", f"/calendar/{make_feed(User.objects.get(username='clerk'))}.ics", 4),
    ]


def public_pages(right: Registration) -> list[Page]:
    notice = Notice.objects.filter(withdrawn_at__isnull=True, case__status="in_notice").order_by("-pk")[0]
    bulletin, certificate = Bulletin.objects.order_by("-pk")[0], Certificate.objects.filter(registration=right)[0]
    at = f"/register/{right.number}"
    return [
        Page("public notices", "", "/notices/", 3),
        Page("public notices, running", "", "/notices/?state=running", 3),
        Page("public notices, two characters", "", "/notices/?q=浪高", 4),
        Page("public notices, by category", "", "/notices/?marine_category=environment&industry=74", 4),
        Page("a notice", "", f"/notices/{notice.pk}/", 4),
        Page("objecting to a notice", "", f"/notices/{notice.pk}/object/", 4),
        Page("public bulletins", "", "/bulletins/", 3),
        Page("a bulletin", "", f"/bulletins/{bulletin.pk}/", 4),
        Page("public register", "", "/register/", 3),
        Page("public register, in force", "", "/register/?valid=on", 3),
        Page("public register, everywhere term", "", "/register/?q=数据集", 4),
        Page("public register, two characters", "", "/register/?q=浪高", 4),
        Page("a registration", "", f"{at}/", 4),
        Page("registration, as of a day", "", f"{at}/?on={right.registered_on}", 4),
        Page("registration as JSON, as of a day", "", f"{at}.json?on={right.registered_on}", 4),
        Page("statement of the register", "", f"{at}/statement.pdf", 60),
        Page("a certificate verified", "", f"/verify/{certificate.token}/", 4),
        Page("alerts", "", "/alerts/", 3),
        Page("figures", "", "/figures/", 4),
    ]


def portal_pages(case: Case, right: Registration) -> list[Page]:
    filer, holder = case.created_by.username, right.case.created_by.username
    grant = Case.objects.filter(kind="grant").order_by("-pk")[0]
    reader = grant.parties.get(role="reader").organisation.memberships.order_by("pk")[0].user
    letter = Letter.objects.filter(user=case.created_by).order_by("-pk").first()
    asked, draft = a_correction(), a_draft(case)
    found = [
        Page("portal", filer, "/portal/", 4),
        Page("cases at the portal", filer, "/portal/cases/", 3),
        Page("data sets", filer, "/portal/data-sets/", 4),
        Page("drafts", filer, "/portal/drafts/", 4),
        Page("step of a draft", filer, f"/portal/drafts/{draft.pk}/sources/", 6),
        Page("check before filing", filer, f"/portal/drafts/{draft.pk}/review/", 8),
        Page("inbox", filer, "/portal/inbox/", 4),
        Page("organisation", filer, "/portal/organisation/", 4),
        Page("personal data", filer, "/portal/personal-data/", 4),
        Page("time line", filer, "/portal/time-line/", 4),
        Page("watch list", filer, "/portal/watches/", 4),
        Page("case at the portal", filer, f"/portal/cases/{case.pk}/", 4, detail=True),
        Page("answer to a correction", asked.created_by.username, f"/portal/cases/{asked.pk}/answer/", 8, detail=True),
        Page("file read by consent", reader.username, f"/portal/consent/{grant.pk}/", 6),
    ]
    found += [Page(f"{kind}, being filed", holder, f"/portal/file/{kind}/?root={right.pk}", 6) for kind in FORMS]
    return found + ([Page("a letter at the portal", filer, f"/portal/inbox/{letter.pk}/", 4)] if letter else [])


def on_right_pages() -> list[Page]:
    """The page of a case of each kind that rests on a right, at the portal and on the desk."""
    found = []
    for kind in ("policy", *on_rights.SHARES):
        case = Case.objects.filter(kind=kind).order_by("-pk")[0]
        found += [
            Page(f"{kind} at the portal", case.created_by.username, f"/portal/cases/{case.pk}/", 4, detail=True),
            Page(f"{kind} on the desk", "clerk", f"/desk/cases/{case.pk}/", 4, detail=True),
        ]
    return found


# ------------------------------------------------------------------------------------------------ rows made by moves


def a_correction() -> Case:
    """An application that the examiner has just returned."""
    case = Case.objects.filter(kind="application", status="examining").order_by("pk")[0]
    items = [{"path": "scenario", "label": "应用场景", "note": "请说明服务对象。"}]
    perform(case.pk, "ask_correction", actor=User.objects.get(username="clerk"), data={"items": items})
    return Case.objects.get(pk=case.pk)


def a_draft(case: Case) -> Draft:
    """A new application of the firm, with nothing in it yet."""
    return drafts.begin("application", by=case.created_by, organisation=case.organisation)
