"""How the demonstration writes down its past: the real moves, by the people whose moves they are, on the day they fell on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import chain, count
from random import Random
from typing import Any

from apps.accounts.models import User
from apps.applications.filing import open_application
from apps.certificates.models import Registration
from apps.demo.words import Subject, digest_of, titles, values
from apps.enterprises.models import Organisation
from apps.evidence.models import Deposit, DepositPlatform
from apps.rules.calendars import Calendar, load_calendar
from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.deadlines import add_months
from apps.workflow import machine
from apps.workflow.clocks import shift
from apps.workflow.models import Case
from apps.workflow.states import kind


@dataclass
class Scene:
    """People and organisations by their key, the day of loading, and what is handed out once: names and numbers.
    ``subjects`` tells what each deposit is about.

    ``cohort`` are the enterprises without an account, for which officials enter what is filed.
    """

    people: dict[str, User]
    firms: dict[str, Organisation]
    cohort: list[Organisation]
    platform: DepositPlatform
    rng: Random = field(default_factory=lambda: Random(20230918))  # noqa: S311 - the same data each time
    now: datetime = field(default_factory=legal_now)
    calendar: Calendar = field(default_factory=load_calendar)
    subjects: dict[int, Subject] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    titles: Iterator[tuple[str, Subject]] = field(default_factory=lambda: iter(()))

    def __post_init__(self) -> None:
        self.titles = chain(self.titles, titles(self.rng))

    def in_published_year(self) -> "Scene":
        """The scene itself; where the year's working days are not published, as it was in the last year that is.

        Nothing ends with a period that is provisional: no notice is closed, and no release cools down.
        """
        last = max(self.calendar.published_years, default=self.now.year)
        return self if last >= self.now.year else replace(self, now=at(date(last, 12, 15), 18))

    def ago(self, workdays: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment so many working days before today."""
        return at(shift(self.now.date(), -workdays, "workday", self.calendar), hour, minute)

    def after(self, day: date, workdays: int) -> date:
        return shift(day, workdays, "workday", self.calendar)

    def workday(self, day: date) -> date:
        """The day itself, or the next working day."""
        return day if self.calendar.is_workday(day) else shift(day, 1, "workday", self.calendar)

    def clerk_of(self, firm: Organisation) -> User:
        """Whoever enters what the firm brought on paper: its district's clerk, or one of the city."""
        names = {"330902": "dinghai_clerk", "330903": "putuo_clerk"}
        return self.people[names.get(firm.district.code, "clerk")]


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, tzinfo=SHANGHAI))


def act(case: Case, move: str, actor: User | None, when: datetime, data: dict | None = None, comment: str = "") -> Case:
    """Write down a past move of a case; gives the case back as it is now."""
    event = machine.perform(
        case.pk, move, actor=actor, data=data or {}, comment=comment, effective_at=when, recording=True
    )
    event.case.organisation = case.organisation  # known already: one query less a step
    return event.case


def open_filing(
    kind_name: str, organisation: Organisation, data: dict, when: datetime, *, actor: User, **more: Any
) -> Case:
    """Open a case of a kind by its own ``filing``; entered by the actor where that is an official."""
    move = more.pop("move", "")
    recording = more.pop("recording", True)
    given = kind(kind_name).filing(move or "file", organisation, more.pop("root", None), data)
    entered = actor if actor.is_official else None
    return machine.open_case(
        kind_name, actor=actor, move=move, entered_by=entered, effective_at=when, recording=recording, **given, **more
    )


def record_deposit(
    scene: Scene, firm: Organisation, when: datetime, *, actor: User | None = None, title=None, digest: str = ""
) -> Case:
    """A deposit of outside evidence, recorded and not yet verified; its certificate is three days older."""
    name, subject = title or next(scene.titles)
    number = next(scene.numbers)
    case = machine.open_case(
        "deposit",
        actor=actor or scene.clerk_of(firm),
        organisation=firm,
        title=name,
        parties=[("applicant", firm)],
        effective_at=when,
        recording=True,
        data={
            "route": Deposit.Route.PLATFORM, "platform": scene.platform, "data_name": name,
            "certificate_number": f"示范存证-{when.year}-{number:05d}", "file_name": f"{name}.csv",
            "size_bytes": 48_000 + number * 977, "record_count": 1_000 + number * 20, "sha256": digest or digest_of(f"{name} {number}"),
            "deposited_at": when - timedelta(days=3), "chain_name": "示范链", "collection": "由申请人自有设备连续采集。",
        },
    )  # fmt: skip
    scene.subjects[case.pk] = subject
    return case


VERIFIED = {"digest": "manual", "chain": "yes", "seal": "yes", "timestamp": "yes"}


def verified_deposit(scene: Scene, firm: Organisation, when: datetime, *, wait: int = 1, **more: Any) -> Case:
    """A deposit that a city clerk verified ``wait`` working days later."""
    case = record_deposit(scene, firm, when, **more)
    return act(case, "verify", scene.people["clerk2"], at(scene.after(when.date(), wait), 15), VERIFIED, "与证书一致")


def file_past(scene: Scene, deposit: Case, when: datetime, track: str, *, actor: User | None = None, **changed) -> Case:
    """An application on a deposit, filed by a person of the firm or entered by an official."""
    subject = scene.subjects[deposit.pk]
    given = values(deposit.deposit, subject, deposit.title, scene.rng.randrange(8_000, 82_000), track=track, **changed)
    return open_application(
        given, organisation=deposit.organisation, actor=actor or scene.clerk_of(deposit.organisation),
        effective_at=when, recording=True,
    )  # fmt: skip


def settle(scene: Scene, case: Case) -> None:
    """Write down what a case's clocks have decided by now; as the past, so that no letter goes out."""
    machine.settle(machine.lock(case.pk), scene.now)
    case.refresh_from_db()


def settle_all(scene: Scene) -> None:
    for case in Case.objects.filter(next_due_at__lte=scene.now).order_by("next_due_at", "pk"):
        settle(scene, case)


def release(scene: Scene, case: Case, when: datetime, comment: str = "贷款已结清", ground: str = "paid") -> Case:
    """The bank's word that a pledge is released, and its end where the cooling period is over by now."""
    case = act(case, "release", scene.people["banker"], when, {"ground": ground, "certain": True}, comment)
    settle(scene, case)
    return case


def certificate_number(day: date, number: int) -> str:
    return f"浙示范证字{day.year}第{number:04d}号"


def new_face(scene: Scene, right: Registration, day: date) -> dict[str, Any]:
    """The certificate that the province gave a renewed right: three years from the old end."""
    return {
        "certificate_number": certificate_number(day, next(scene.numbers)), "issued_on": day,
        "valid_until": add_months(right.valid_until, 36),
    }  # fmt: skip
