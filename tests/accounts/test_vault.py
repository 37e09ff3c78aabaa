from base64 import b64encode

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import vault
from apps.accounts.models import User
from tests.factories import make_user

OLD = "2023:" + b64encode(b"o" * 32).decode()
NEW = "2024:" + b64encode(b"n" * 32).decode()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_seal_comes_back(text):
    assert vault.unseal(vault.seal(text)) == text


def test_seal_hides_and_never_repeats():
    first, second = vault.seal("13812345678"), vault.seal("13812345678")
    assert first != second
    assert "13812345678" not in first


def test_unseal_after_rotation(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = vault.seal("林远航")
    settings.FIELD_KEYS = [NEW, OLD]
    assert vault.unseal(sealed) == "林远航"
    assert vault.seal("林远航").startswith("v1.2024.")


def test_unseal_key_dropped(settings):
    settings.FIELD_KEYS = [OLD]
    sealed = vault.seal("林远航")
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(vault.BrokenSeal):
        vault.unseal(sealed)


def test_unseal_value_sealed_before_keys_were_set(settings):
    settings.FIELD_KEYS = []
    sealed = vault.seal("林远航")
    settings.FIELD_KEYS = [NEW]
    assert vault.unseal(sealed) == "林远航"


def test_blind_stands_when_a_key_is_added(settings):
    settings.FIELD_KEYS = [OLD]
    before = vault.blind("330902199001011234")
    settings.FIELD_KEYS = [NEW, OLD]
    assert vault.blind("330902199001011234") == before
    assert vault.blind("330902199001011235") != before
    settings.FIELD_KEYS = [NEW]
    assert vault.blind("330902199001011234") != before


@pytest.mark.parametrize("place", [0, 3, 12, 20, -1])
def test_unseal_altered_anywhere(place):
    sealed = vault.seal("13812345678")
    altered = list(sealed)
    altered[place] = "A" if altered[place] != "A" else "B"
    with pytest.raises(vault.BrokenSeal):
        vault.unseal("".join(altered))


@pytest.mark.parametrize(
    "text", ["", "13812345678", "v1.derived", "v1.derived.", "v1.derived.!!!!", "v2.derived.AAAA", "v1.derived.密"]
)
def test_unseal_not_a_sealed_value(text):
    with pytest.raises(vault.BrokenSeal):
        vault.unseal(text)


def test_unseal_under_the_name_of_another_key(settings):
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(vault.BrokenSeal):
        vault.unseal(vault.seal("a").replace("v1.2024.", "v1.2023."))


def test_seal_null_character():
    with pytest.raises(ValidationError, match=r"null|空字符"):
        vault.seal("a\0b")


@pytest.mark.parametrize(
    "pair", ["", "2024", "2024:short", "2024:" + b64encode(b"n" * 16).decode(), "a.b:" + OLD[5:], "derived:" + OLD[5:]]
)
def test_keys_malformed(settings, pair):
    settings.FIELD_KEYS = [pair]
    with pytest.raises(ImproperlyConfigured):
        vault.seal("a")


def test_case_key_wrapped_and_destroyed(settings):
    settings.FIELD_KEYS = [OLD]
    key = vault.new_key()
    wrapped, sealed = vault.wrap(key), vault.seal_with(key, "林远航")
    settings.FIELD_KEYS = [NEW, OLD]
    rewrapped = vault.wrap(vault.unwrap(wrapped))
    settings.FIELD_KEYS = [NEW]
    assert vault.unseal_with(vault.unwrap(rewrapped), sealed) == "林远航"
    with pytest.raises(vault.BrokenSeal):
        vault.unseal_with(vault.new_key(), sealed)
    with pytest.raises(vault.BrokenSeal):
        vault.unseal(sealed)


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13812345678", "138****5678"), ("0580-2020202", "058*****0202"), ("12345678", "********"), ("", "")],
)
def test_mask_phone(number, masked):
    assert vault.mask_phone(number) == masked


def test_mask_identity():
    assert vault.mask_identity("330902199001011234") == "330902********1234"
    assert vault.mask_identity("E1234567") == "********"


def test_sealed_field_is_ciphertext_in_the_database(db):
    user = make_user(phone="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        (kept,) = cursor.fetchone()
    assert kept.startswith("v1.")
    assert "13812345678" not in kept
    assert User.objects.get(pk=user.pk).phone == "13812345678"
    assert User.objects.values_list("phone", flat=True).get(pk=user.pk) == "13812345678"


def test_sealed_field_update_and_empty(db):
    user = make_user(phone="13812345678")
    User.objects.filter(pk=user.pk).update(phone="13900001111")
    user.refresh_from_db()
    assert user.phone == "13900001111"
    User.objects.filter(pk=user.pk).update(phone="")
    assert User.objects.get(pk=user.pk).phone == ""


def test_sealed_field_refuses_a_search_that_could_never_match(db):
    with pytest.raises(FieldError):
        User.objects.filter(phone="13812345678").exists()
