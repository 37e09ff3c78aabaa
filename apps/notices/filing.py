"""From a filled-in form to an objection on file: person, case and evidence in one transaction, once however often pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from apps.accounts.models import User
from apps.accounts.people import make_person
from apps.notices.models import Notice
from apps.workflow import documents, machine
from apps.workflow.models import Case, Event


def file_objection(
    notice: Notice,
    values: dict[str, Any],
    files: Sequence[UploadedFile],
    *,
    actor: User | None,
    key: UUID,
    language: str,
) -> Case:
    """File an objection to a notice. ``values`` are the form's; without ``actor`` a person is made of its name.

    Raises Refused when the notice does not run, ValidationError when a file cannot be kept; then nothing was written.
    """

    def act() -> Case:
        machine.lock(notice.case_id)  # two presses of one button stand in line here
        if done := Event.objects.filter(key=event_key(key)).select_related("case").first():
            return done.case
        person = actor or make_person(values["name"], values["email"], language)
        case = machine.open_case(
            "objection",
            actor=person,
            organisation=notice.case.organisation,
            title=notice.case.title,
            data={**{name: value for name, value in values.items() if name in FIELDS}, "notice": notice},
            root=notice.case,
            parties=[("objector", person), ("respondent", notice.case.organisation)],
            key=event_key(key),
        )
        for file in files:
            documents.keep(file.chunks(), file.name, path="evidence", by=person, case=case)
        return case

    return machine.in_one_transaction(act)


FIELDS = ("name", "identity", "phone", "email", "ground", "right_hurt", "statement")


def event_key(key: UUID) -> str:
    return f"objection:{key}"
