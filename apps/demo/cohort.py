"""The city's first cohort: what stood on 18 September 2023, written down case by case, and what became of it.

141 deposits, 21 registrations, 14 applications in public notice, 8 policies over 798,000 yuan, 105 million yuan
secured by pledges in force, 4 data IPs listed on an exchange. The figures are never stored: they are counted from these rows.
"""

from datetime import date, timedelta

from apps.certificates.models import Registration
from apps.demo.recording import (
    Scene,
    act,
    at,
    certificate_number,
    file_past,
    new_face,
    open_filing,
    release,
    verified_deposit,
)
from apps.demo.today_register import record_listing
from apps.demo.today_rights import admit, join_alliance, loan, terms
from apps.rules.deadlines import add_months
from apps.workflow.models import Case

DAY = date(2023, 9, 18)
FIRST_DEPOSIT, DEPOSIT_SPAN, DEPOSITS = date(2022, 3, 1), 556, 141
FIRST_REGISTRATION, REGISTRATION_SPAN, REGISTERED, IN_NOTICE = date(2022, 11, 21), 297, 21, 14
POLICIES = (100_000, 120_000, 100_000, 98_000, 100_000, 80_000, 100_000, 100_000)
"""Sums insured in yuan: 798,000 together."""
PLEDGES = ((30_000_000, 18), (25_000_000, 24), (20_000_000, 12), (15_000_000, 24), (10_000_000, 18), (5_000_000, 12))
"""Secured amounts in yuan, 105 million together, and the months of the loans."""
FOUNDERS = 14


def record(scene: Scene) -> None:
    deposits = [record_one_deposit(scene, number) for number in range(DEPOSITS)]
    rights = [register(scene, deposits[3 * n], registration_day(n)) for n in range(REGISTERED)]
    noticed = [put_in_notice(scene, deposits[3 * (REGISTERED + n)], n) for n in range(IN_NOTICE)]
    insure(scene, rights)
    pledge(scene, rights)
    put_on_exchange(scene, rights)
    found_alliance(scene)
    for number, case in enumerate(noticed):
        conclude(scene, case, number)
    renew(scene, rights)


def record_one_deposit(scene: Scene, number: int) -> Case:
    """Slow at first, then more and more: the square root spreads the numbers over the time."""
    day = scene.workday(FIRST_DEPOSIT + timedelta(days=int(DEPOSIT_SPAN * (number / DEPOSITS) ** 0.5)))
    firm = scene.cohort[(number * 11 + number // 5) % len(scene.cohort)]
    return verified_deposit(scene, firm, at(day, 9 + number % 7, number % 60), wait=1 + number % 3)


def registration_day(number: int) -> date:
    span = REGISTRATION_SPAN * (number / (REGISTERED - 1)) ** 0.7
    return FIRST_REGISTRATION + timedelta(days=int(span))


# ------------------------------------------------------------------------------------------------ the province's way


def to_province(scene: Scene, deposit: Case, notice_on: date) -> Case:
    """An application filed, passed and numbered by the province in the weeks before its notice."""
    filed_on, passed_on, numbered_on = (scene.after(notice_on, -days) for days in (14, 12, 9))
    case = file_past(scene, deposit, at(filed_on), "provincial", actor=None)
    act(case, "pass_to_province", scene.people["clerk2"], at(passed_on, 15), {}, "材料齐全")
    number = f"浙示范{filed_on.year}{next(scene.numbers):05d}"
    return act(case, "enter_number", scene.people["clerk"], at(numbered_on, 11), {"province_number": number})


def publish(scene: Scene, case: Case, day: date) -> Case:
    return act(case, "mirror_notice", scene.people["clerk"], at(day, 9))


def enter(scene: Scene, case: Case, day: date) -> Registration:
    """The province's registration mirrored; its numbers are made up and look like none that exist."""
    number = next(scene.numbers)
    data = {
        "registration_number": f"浙示范登字{day.year}第{number:04d}号",
        "certificate_number": certificate_number(day, number),
        "valid_until": add_months(day, 36),
    }
    act(case, "mirror_registered", scene.people["clerk"], at(day, 16), data, "据省平台记录")
    return case.entered_registration


def register(scene: Scene, deposit: Case, day: date) -> Registration:
    """One right, from its application to its entry on a day near the one given."""
    entered_on = scene.workday(day)
    notice_on = scene.after(entered_on, -14)
    return enter(scene, publish(scene, to_province(scene, deposit, notice_on), notice_on), entered_on)


def put_in_notice(scene: Scene, deposit: Case, number: int) -> Case:
    """Published between ten working days before the day and the day itself, so that its notice runs on the day."""
    notice_on = scene.after(date(2023, 9, 5), number % 9)
    return publish(scene, to_province(scene, deposit, notice_on), notice_on)


def conclude(scene: Scene, case: Case, number: int) -> None:
    """Registered after the notice, but two refused and one withdrawn."""
    day = scene.after(date(2023, 10, 9), 2 * number)
    endings = {
        4: ("mirror_refused", "省平台：不予登记"),
        9: ("mirror_refused", "省平台：不予登记"),
        12: ("mirror_withdrawn", "省平台：主动撤回"),
    }
    if number in endings:
        move, words = endings[number]
        act(case, move, scene.people["clerk"], at(day, 16), {}, words)
    else:
        enter(scene, case, day)


# ------------------------------------------------------------------------------------------------ what rests on rights


def insure(scene: Scene, rights: list[Registration]) -> None:
    """Eight policies in force on the day; every second one is taken out anew for as long as the right lasts."""
    for number, (yuan, right) in enumerate(zip(POLICIES, rights[0::2], strict=False)):
        starts_on = right.registered_on + timedelta(days=9)
        last = record_policy(scene, right, yuan, starts_on)
        for year in (1, 2) if number % 2 else ():
            sum_insured, first_day = yuan + 10_000 * year, add_months(starts_on, 12 * year)
            last = record_policy(scene, right, sum_insured, first_day, renews=last.policy.policy_number)


def record_policy(scene: Scene, right: Registration, yuan: int, starts_on: date, renews: str = "") -> Case:
    """A policy that the insurer wrote down two working days before its first day; a renewal names the one before."""
    data = {
        "insurer": scene.firms["insurer"].pk,
        "product": "infringed",
        **terms(scene, yuan, starts_on),
        "renews": renews,
    }
    when = at(scene.after(starts_on, -2), 11)
    return open_filing(
        "policy", right.holder, data, when, actor=scene.people["insurer"], move="record", root=right.case
    )


def pledge(scene: Scene, rights: list[Registration]) -> None:
    """Six loans in force on the day; all but one were paid back and the right released."""
    for number, ((yuan, months), right) in enumerate(zip(PLEDGES, rights[0::3], strict=False)):
        case = record_pledge(scene, right, yuan, right.registered_on + timedelta(days=20 - 3 * number), months)
        if number != 1:
            release(scene, case, at(scene.workday(case.pledge.ends_on - timedelta(days=5)), 15), "贷款结清")


def record_pledge(scene: Scene, right: Registration, yuan: int, day: date, months: int = 12) -> Case:
    """A pledge entered for a firm without an account, and registered two working days later."""
    filed_on = scene.workday(day)
    given = loan(scene, yuan, filed_on, months=months)
    case = open_filing("pledge", right.holder, given, at(filed_on), actor=scene.people["clerk"], root=right.case)
    place = {
        "registered_at": "province",
        "registered_number": f"浙质示范{filed_on.year}{next(scene.numbers):04d}",
        "joint_paper": True,
    }
    return act(case, "accept", scene.people["clerk2"], at(scene.after(filed_on, 2), 14), place, "双方共同申请")


def put_on_exchange(scene: Scene, rights: list[Registration]) -> None:
    """Four data IPs listed by the day, written down by officials; two of them were listed anew when the year was over."""
    for number, right in enumerate(rights[1:14:4]):
        listed_on = scene.workday(date(2023, 4, 10) + timedelta(days=45 * number))
        listed_on = max(listed_on, scene.workday(right.registered_on + timedelta(days=10)))
        for year in range(2 if number % 2 else 1):
            day = scene.workday(add_months(listed_on, 12 * year) + timedelta(days=year))
            record_listing(scene, right, day, add_months(day, 12), at(day, 15))


def renew(scene: Scene, rights: list[Registration]) -> None:
    """Two rights of three were renewed before their three years were over; the others ran out."""
    stated = {"data_exists": True, "sources_licensed": True, "contracts": [], "early_because": ""}
    for number, right in enumerate(rights):
        filed_on = scene.workday(right.valid_until - timedelta(days=80))
        if number % 3 == 2 or scene.after(filed_on, 15) >= scene.now.date():
            continue
        case = open_filing("renewal", right.holder, stated, at(filed_on), actor=scene.people["clerk"], root=right.case)
        granted_on = scene.after(filed_on, 10)
        face = new_face(scene, right, granted_on)
        act(case, "accept", scene.people["chief"], at(granted_on, 15), face, "数据仍在更新")


def found_alliance(scene: Scene) -> None:
    """The founding meeting of September 2023: enterprises, bank and insurer."""
    meeting, secretariat = date(2023, 9, 14), scene.people["secretariat"]
    founders = [(firm, "enterprise") for firm in scene.cohort[:FOUNDERS]]
    founders += [(scene.firms["bank"], "finance"), (scene.firms["insurer"], "finance")]
    for number, (firm, sector) in enumerate(founders):
        case = join_alliance(scene, firm, at(scene.after(date(2023, 9, 1), number // 4), 10), secretariat, sector)
        grade = "chair" if number == 0 else "vice_chair" if number < 3 else "council" if number < 8 else "member"
        admit(scene, case, meeting, at(meeting, 16), grade)
