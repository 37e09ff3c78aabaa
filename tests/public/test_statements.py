import pytest

from apps.accounts.models import User
from apps.accounts.people import make_person
from tests.public.test_notices import html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("path", "words"), [("/privacy/", "stored encrypted"), ("/accessibility/", "WCAG 2.2")])
def test_statements_are_linked_from_every_foot_and_say_something(english, path, words):
    assert f'href="{path}"' in html(english, "/")
    assert words in html(english, path)


def test_person_without_an_account_cannot_sign_in_and_gets_letters(client):
    person = make_person(
        "浙江舟山群岛新区普陀海洋渔业资源调查监测与大数据综合应用服务技术研究开发有限责任公司定海分公司" * 2,
        "a@b.example",
        "fr",
    )
    assert (len(person.full_name), person.language, person.role, person.email) == (60, "zh-hans", "", "a@b.example")
    assert not person.has_usable_password()
    assert User.objects.get(username=person.username) == person
    assert make_person("甲", "", "en").username != person.username
