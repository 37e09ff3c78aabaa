"""From the cohort to today: more deposits, rights, policies, pledges and members each year, so that lists look alive."""

from datetime import date, timedelta

from apps.certificates.models import Registration
from apps.demo.cohort import publish, record_pledge, record_policy, register, to_province
from apps.demo.recording import Scene, act, at, release, verified_deposit
from apps.demo.today_register import record_listing
from apps.demo.today_rights import admit, join_alliance
from apps.enterprises.models import Organisation
from apps.rules.deadlines import add_months

YEARS = {2023: 4, 2024: 19, 2025: 22, 2026: 21}
"""Registrations to come in each year, those of the cohort's notices not counted."""
OWN = ("tingtao", "lanwan", "tingtao", "qundao", "tingtao", "lanwan", "university", "tingtao", "lanwan")
"""The firms with an account take their turn: one right in five is theirs."""


def record(scene: Scene) -> None:
    """Nothing that would fall into the last weeks, which belong to today's desk."""
    last = scene.now.date() - timedelta(days=75)
    number = 0
    for year, many in YEARS.items():
        for place in range(many):
            day = year_day(year, place, many)
            if day < last:
                right = grow(scene, number, day)
                rest_on(scene, right, number, last)
            number += 1
    turn_down(scene, last)
    deposit_more(scene, last)
    admit_more(scene, last)


def year_day(year: int, place: int, many: int) -> date:
    """Days spread over the year; 2023 begins after the cohort, 2026 ends in September."""
    first, span = {2023: (date(2023, 11, 20), 35), 2026: (date(2026, 1, 12), 236)}.get(year, (date(year, 1, 15), 340))
    return first + timedelta(days=span * place // many)


def firm_of(scene: Scene, number: int) -> Organisation:
    if number % 5 == 2:
        return scene.firms[OWN[number // 5 % len(OWN)]]
    return scene.cohort[(number * 7 + 3) % len(scene.cohort)]


def grow(scene: Scene, number: int, day: date) -> Registration:
    """A right of the province's register, with its deposit two months before."""
    firm = firm_of(scene, number)
    deposit = verified_deposit(scene, firm, at(scene.workday(day - timedelta(days=62)), 9 + number % 7))
    return register(scene, deposit, day)


def rest_on(scene: Scene, right: Registration, number: int, last: date) -> None:
    """Every third right is insured, every sixth pledged, every ninth listed; loans are paid back after eleven months."""
    if number % 3 == 0:
        record_policy(scene, right, 100_000 + 5_000 * (number % 9), right.registered_on + timedelta(days=14))
    if number % 9 == 4:
        listed_on = scene.workday(right.registered_on + timedelta(days=40))
        if listed_on < last:
            record_listing(scene, right, listed_on, add_months(listed_on, 18), at(listed_on, 15))
    if number % 6 == 1:
        case = record_pledge(
            scene, right, 4_000_000 + 1_000_000 * (number % 13), right.registered_on + timedelta(days=25)
        )
        paid_on = scene.workday(right.registered_on + timedelta(days=330))
        if number % 4 and paid_on < last:
            release(scene, case, at(paid_on, 15), "贷款结清")


def turn_down(scene: Scene, last: date) -> None:
    """What did not become a right: refused, withdrawn, deemed withdrawn by the province."""
    people = scene.people
    for number, month in enumerate(
        (date(2024, 4, 8), date(2024, 10, 14), date(2025, 3, 10), date(2025, 9, 8), date(2026, 4, 13))
    ):
        if month > last:
            return
        deposit = verified_deposit(scene, scene.cohort[number * 5 + 1], at(scene.workday(month - timedelta(days=50))))
        case = to_province(scene, deposit, month)
        if number % 2:
            publish(scene, case, month)
            act(case, "mirror_withdrawn", people["clerk"], at(scene.after(month, 5)), {}, "省平台：主动撤回")
        elif number == 2:
            act(case, "mirror_correction", people["clerk"], at(month), {}, "省平台：请补正来源证明")
            act(case, "mirror_lapsed", people["clerk"], at(scene.after(month, 12)), {}, "省平台：视为撤回")
        else:
            act(case, "mirror_refused", people["clerk"], at(month, 15), {}, "省平台：不予登记")


def deposit_more(scene: Scene, last: date) -> None:
    """Deposits that no application rests on yet."""
    for number in range(30):
        day = scene.workday(date(2023, 11, 6) + timedelta(days=33 * number))
        if day < last:
            verified_deposit(scene, scene.cohort[(number * 13 + 4) % len(scene.cohort)], at(day, 14, number), wait=2)


def admit_more(scene: Scene, last: date) -> None:
    """A council meeting each spring and autumn admits one or two members."""
    firms = iter(scene.cohort[14:26])
    for year, month in ((2024, 4), (2024, 10), (2025, 4), (2025, 10), (2026, 4), (2026, 9)):
        meeting = scene.workday(date(year, month, 12))
        if meeting < last:
            for firm in (next(firms), next(firms)):
                case = join_alliance(scene, firm, at(scene.after(meeting, -12)), scene.people["secretariat"])
                admit(scene, case, meeting, at(meeting, 16))
