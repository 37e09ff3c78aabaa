"""What the demonstration holds: figures counted from rows, a desk that waits, and no news right after loading."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import Count
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.vault import unseal
from apps.applications.province_import import unchecked, watched
from apps.demo.accounts import FIRMS, LONGEST_NAME
from apps.enterprises.models import Invitation, Organisation
from apps.enterprises.uscc import check_uscc
from apps.evidence.models import Deposit
from apps.insurance.models import Policy
from apps.notices.models import Alert, Bulletin, Redaction
from apps.outbox import delivery
from apps.outbox.models import Letter, Preference
from apps.pledges.models import Pledge
from apps.rules.clock import legal_now
from apps.rules.deadlines import end_of
from apps.rules.lookup import switch_is_on
from apps.statistics.indicators import figures, more_figures
from apps.workflow.acting import powers_used_by
from apps.workflow.chain import broken_link
from apps.workflow.machine import moves_for
from apps.workflow.models import Case, Clock, Draft, Event, Handover, SavedFilter
from apps.workflow.states import all_kinds
from apps.workflow.tasks import remind, sweep

pytestmark = [pytest.mark.usefixtures("frozen"), pytest.mark.one_engine]
COHORT = {
    "deposits": 141,
    "registrations": 21,
    "notices": 14,
    "policies": 8,
    "insured_yuan": 798_000,
    "credit_yuan": 126_000_000,
    "pledged_yuan": 105_000_000,
    "drawn_yuan": 52_500_000,
    "listed": 4,
}
DAY = date(2023, 9, 18)


def test_figures_of_the_cohort_are_those_of_the_news_item():
    assert figures(DAY) == COHORT


def test_figures_follow_from_rows():
    policy = Policy.objects.filter(starts_on__lte=DAY).first()
    policy.delete()
    left = COHORT["insured_yuan"] - policy.sum_insured_fen // 100
    assert figures(DAY) == {**COHORT, "policies": 7, "insured_yuan": left}


def test_cohort_grew_over_two_years():
    """Nothing of it came on one day: each half year has its deposits, rights, policies and pledges follow."""
    days = [date(2022, 6, 30), date(2022, 12, 31), date(2023, 6, 30), DAY]
    for key in ("deposits", "registrations", "policies", "pledged_yuan", "listed"):
        counts = [figures(day)[key] for day in days]
        assert counts == sorted(counts), key
        assert len(set(counts)) >= 3, (key, counts)


def test_rights_of_the_cohort_were_renewed_before_they_ended():
    renewed = Event.objects.filter(move="renew", case__kind="registration", effective_at__year=2025)
    assert renewed.count() >= 3
    listed = [more_figures(date(year, 12, 31))["listed_now"] for year in (2022, 2023)]
    assert listed == [0, 4]


def test_amounts_of_a_pledge_are_told_apart():
    for pledge in Pledge.objects.all():
        assert pledge.drawn_fen < pledge.secured_fen < pledge.credit_fen


@pytest.mark.parametrize("key", ["deposits", "registrations", "policies", "insured_yuan"])
def test_figures_grow_each_year(key):
    days = [date(2022, 6, 30), *(date(year, 12, 31) for year in (2022, 2023, 2024, 2025)), date(2026, 11, 22)]
    counts = [figures(day)[key] for day in days]
    assert all(before < after for before, after in pairwise(counts)), counts


def test_alliance_was_founded_in_september_2023():
    assert more_figures(date(2023, 9, 13))["members"] == 0
    assert more_figures(DAY)["members"] >= 10


def test_every_state_of_every_kind_is_there():
    stored = set(Case.objects.values_list("kind", "status"))
    wanted = {(kind.name, state.name) for kind in all_kinds() for state in kind.states}
    assert wanted - stored == set()


def test_first_sweep_makes_no_move_and_sends_no_letter():
    events, letters, sent = Event.objects.count(), Letter.objects.count(), Letter.objects.exclude(sent_at=None).count()
    assert (sweep(), remind(), delivery.sweep()) == (0, 0, 0)
    assert Event.objects.count() == events
    assert (Letter.objects.count(), Letter.objects.exclude(sent_at=None).count()) == (letters, sent)


def test_no_time_limit_has_run_out_unseen():
    now = legal_now()
    assert not Case.objects.filter(next_due_at__lte=now).exists()
    assert not Clock.objects.filter(next_reminder_at__lte=now).exists()
    assert Clock.objects.filter(outcome="running", due_at__lt=now, on_expiry="").exists()  # offices are late at times
    assert Case.objects.filter(next_due_at__lte=now + timedelta(days=21)).exists()


def test_the_past_is_told_in_its_order():
    now = timezone.now()
    last: dict[int, tuple] = {}
    for case, move, at in Event.objects.order_by("case", "seq").values_list("case", "move", "effective_at"):
        assert at <= now
        assert case not in last or last[case][1] <= at, (Case.objects.get(pk=case), last[case], move)
        last[case] = (move, at)


def test_events_are_chained():
    for kind in all_kinds():
        case = Case.objects.filter(kind=kind.name).order_by("-event_count").first()
        assert broken_link(case) is None


def test_expired_rights_ended_on_their_day():
    ended = Event.objects.filter(move="expire").select_related("case__registration")
    assert ended
    for event in ended:
        assert event.effective_at == end_of(event.case.registration.valid_until)
        assert event.recorded_at > event.effective_at
    assert not Letter.objects.filter(text="registration.expired").exists()


def test_letters_lie_in_the_inboxes():
    letters = Letter.objects.exclude(user=None)
    assert not letters.filter(sent_at=None).exists()
    readers = {"tingtao_filer", "lanwan_manager", "banker", "insurer", "researcher", "yuhui_manager"}
    assert readers <= set(letters.values_list("user__username", flat=True))
    assert 6 <= letters.count() <= 30


def test_correction_period_runs_since_its_letter_was_served():
    case = Case.objects.get(kind="application", status="correction", track="local")
    clock = case.clocks.get(name="reply", ended_at=None)
    assert clock.outcome == "running"
    assert clock.due_at > legal_now()
    assert Draft.objects.filter(kind="answer", root=case).exists()


@pytest.mark.parametrize(
    ("username", "kind"),
    [
        ("clerk", "application"),
        ("clerk2", "deposit"),
        ("chief", "application"),
        ("deputy", "application"),
        ("dinghai_clerk", "deposit"),
        ("dinghai_reviewer", "application"),
        ("putuo_clerk", "application"),
        ("putuo_reviewer", "application"),
        ("secretariat", "membership"),
        ("secretariat", "sharing"),
        ("tingtao_manager", "application"),
        ("tingtao_filer", "objection"),
        ("lanwan_manager", "application"),
        ("banker", "pledge"),
        ("insurer", "policy"),
        ("insurer", "claim"),
        ("exchange_person", "listing"),
        ("banker", "financing"),
        ("clerk2", "freeze"),
        ("chief", "renewal"),
        ("researcher", "membership"),
        ("yuhui_manager", "organisation"),
        ("agency_manager", "power"),
        ("clerk", "personal_data"),
    ],
)
def test_something_waits_for_each_person(username, kind):
    user = User.objects.get(username=username)
    cases = Case.objects.visible_to(user).filter(kind=kind, closed_at=None).exclude(status="verified")
    offers = [offer for case in cases for offer in moves_for(case, user)]
    assert any(offer.refusal is None and offer.move.tone == "primary" for offer in offers)


def test_administrators_see_no_case():
    for username in ("system_admin", "security_admin", "audit_admin"):
        assert not Case.objects.visible_to(User.objects.get(username=username)).exists()


def test_an_admitted_objection_blocks_a_notice_that_is_over():
    blocked = Case.objects.filter(
        kind="application", status="notice_closed", track="local", branches__status="replied"
    ).get()
    offer = next(o for o in moves_for(blocked, User.objects.get(username="deputy")) if o.move.name == "register")
    assert offer.refusal.code == "objection_open"


def test_a_notice_that_is_over_waits_to_be_registered():
    over = Case.objects.filter(kind="application", status="notice_closed", track="local", branches=None)
    offers = [offer for case in over for offer in moves_for(case, User.objects.get(username="deputy"))]
    assert [offer.refusal for offer in offers if offer.move.name == "register"] == [None, None]


def test_half_typed_drafts_carry_their_sample():
    drafts = Draft.objects.filter(kind="application", case=None, documents__path="sample")
    assert {draft.created_by.username for draft in drafts} == {"tingtao_filer", "putuo_clerk"}
    for draft in drafts:
        assert draft.documents.get(path="sample").mime == "text/csv"
        assert draft.documents.filter(path="sources.1").exists()


def test_local_track_rests_on_a_confirmed_row_marked_as_made_up():
    assert switch_is_on("local_track", legal_now().date())
    assert not switch_is_on("local_track", date(2025, 12, 31))


def test_names_are_as_long_as_they_may_be():
    assert len(LONGEST_NAME) == 60
    longest = Organisation.objects.get(name=LONGEST_NAME)
    assert len(longest.name_en) > 180
    assert Case.objects.filter(organisation=longest, closed_at=None).exists()


def test_organisations_have_codes_that_pass_the_check():
    codes = list(Organisation.objects.values_list("uscc", flat=True))
    assert len(codes) == len(set(codes)) >= 40 + len(FIRMS)
    assert [check_uscc(code) for code in codes] == codes


def test_accounts_serve_the_secret_where_a_second_factor_is_asked(loaded):
    """The secret served is the one that opens the door; people of enterprises need none."""
    for account in loaded:
        kept = Authenticator.objects.filter(user__username=account["username"], type="totp")
        assert [unseal(row.data["secret"]) for row in kept] == [account["totp_secret"]] * bool(account["totp_secret"])
        assert bool(account["totp_secret"]) is not bool(account["organisation"])
    assert len({account["district"] for account in loaded} - {""}) >= 3


@pytest.mark.parametrize("username", ["clerk", "clerk2", "chief", "deputy", "dinghai_clerk", "putuo_reviewer"])
def test_pages_of_the_morning_open_with_rows(username, sign_in):
    client = sign_in(User.objects.get(username=username))
    shown = {name: client.get(f"/desk/{name}") for name in ("", "day/", "calls/")}
    assert {page.status_code for page in shown.values()} == {200}
    assert shown["calls/"].context["firms"]


def test_day_tells_of_the_letter_that_came_back_and_of_whom_one_acts_for(sign_in):
    page = sign_in(User.objects.get(username="clerk")).get("/desk/day/")
    assert [row["letter"].error[:3] for row in page.context["bounced"]] == ["550"]
    assert [user.username for user in page.context["absent"]] == ["clerk2"]


def test_checklist_of_the_case_to_be_decided_is_filled_in():
    case = Case.objects.filter(kind="application", findings__isnull=False).distinct().get()
    assert case.status == "examined"
    assert case.notes.count() == 2
    digest = case.application.deposit.sha256
    holders = set(Deposit.objects.filter(sha256=digest).values_list("case__organisation__name", flat=True))
    assert len(holders) == 2


def test_an_agent_files_for_two_firms():
    attorney = User.objects.get(username="agency_filer")
    assert {row.principal.name for row in powers_used_by(attorney)} == {FIRMS[0].name, FIRMS[1].name}
    filed = Case.objects.filter(parties__role="agent", created_by=attorney)
    assert set(filed.values_list("kind", flat=True)) == {"application", "deposit"}


def test_one_case_was_not_looked_up_at_the_province_for_too_long():
    assert unchecked(Case.objects.all()).count() == 1
    assert watched(Case.objects.all()).values("status").distinct().count() >= 2


def test_two_notices_stand_in_one_bulletin():
    assert Bulletin.objects.annotate(many=Count("notices")).filter(many=2).count() == 1


def test_what_people_left_for_themselves():
    assert SavedFilter.objects.filter(user__username="clerk").count() == 2
    assert Invitation.objects.filter(accepted_at=None, revoked_at=None).count() == 1
    assert Alert.objects.filter(confirmed_at__isnull=False, ended_at=None).count() == 2
    assert Preference.objects.filter(user__username="tingtao_manager").count() == 2
    assert Redaction.objects.filter(published_at__isnull=False).count() == 1
    assert Handover.objects.filter(version=2).exists()
