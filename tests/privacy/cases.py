"""Requests about personal data."""

from apps.workflow.machine import open_case
from apps.workflow.models import Case


def filed(people, organisations) -> Case:
    """The filer asks to see what is held."""
    return ask(people.filer)


def ask(person, right="see", **said) -> Case:
    return open_case(
        "personal_data",
        actor=person,
        organisation=None,
        title="个人信息请求",
        parties=[("applicant", person)],
        data={"right": right, "statement": "", "new_name": "", "new_email": "", "new_phone": "", **said},
    )
