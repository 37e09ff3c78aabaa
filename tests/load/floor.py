"""The floor: what a bare Django view costs that needs a session, a sign-in, and 25 rows of an indexed table."""

from time import perf_counter

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils import timezone

from apps.workflow.models import Case, Event

LIST = """<!doctype html><title>{{ user }}</title><table>{% for case in cases %}<tr><td><a href="/floor/{{ case.pk }}/">{{ case.number }}</a></td>
<td>{{ case.title }}</td><td>{{ case.organisation.name }}</td><td>{{ case.status }}</td><td>{{ case.filed_at|date:"Y-m-d" }}</td></tr>
{% endfor %}</table>"""
DETAIL = """<!doctype html><title>{{ user }}</title><h1>{{ case.title }}</h1><dl>{% for name, value in values %}<dt>{{ name }}</dt><dd>{{ value }}</dd>
{% endfor %}</dl>"""


def floor_list(request: HttpRequest) -> HttpResponse:
    """25 rows of the cases, newest first: session, user, rows, nothing else."""
    cases = Case.objects.select_related("organisation").order_by("-filed_at", "-pk")[:25]
    page = engines["django"].from_string(LIST).render({"user": request.user, "cases": cases})
    return HttpResponse(page)


def floor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, every column of it."""
    case = Case.objects.select_related("organisation").get(pk=pk)
    values = [(field.name, field.value_from_object(case)) for field in Case._meta.concrete_fields]
    page = engines["django"].from_string(DETAIL).render({"user": request.user, "case": case, "values": values})
    return HttpResponse(page)


def floor_move(case: Case, actor) -> None:
    """A row saved and an audit row written beside it, in a transaction."""
    now = timezone.now()
    with transaction.atomic():
        case.changed_at = now
        case.event_count += 1
        case.save()
        Event.objects.create(
            case=case, seq=100_000 + case.event_count, move="audit", actor=actor, actor_name=actor.full_name,
            to_status=case.status, effective_at=now, recorded_at=now, canonical=b"{}", hash="0" * 64,
        )  # fmt: skip


def floor_sweep(rows: int) -> float:
    """Rows a second of one UPDATE of due rows whose RETURNING feeds an INSERT … SELECT (SQLite: two statements)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_due")
        cursor.execute("DROP TABLE IF EXISTS floor_log")
        cursor.execute(
            f"CREATE TABLE floor_due AS SELECT id, status, due_status, next_due_at FROM workflow_case ORDER BY id LIMIT {rows}"
        )
        cursor.execute("CREATE TABLE floor_log (id bigint, status varchar(32))")
        cursor.execute("SELECT count(*) FROM floor_due")
        made = cursor.fetchone()[0]
        began = perf_counter()
        with transaction.atomic():
            for statement in SWEEP[connection.vendor]:
                cursor.execute(statement)
        return made / (perf_counter() - began)


SWEEP = {
    "postgresql": (
        "WITH due AS (UPDATE floor_due SET status = due_status, next_due_at = NULL RETURNING id, status) "
        "INSERT INTO floor_log SELECT id, status FROM due",
    ),
    "sqlite": (
        "INSERT INTO floor_log SELECT id, due_status FROM floor_due",
        "UPDATE floor_due SET status = due_status, next_due_at = NULL",
    ),
}
