import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.enterprises.uscc import ALPHABET, check_character, check_uscc
from tests.factories import make_uscc

codes = st.text(ALPHABET, min_size=17, max_size=17).map(make_uscc)


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341L",
        "91330900C6B36JMWD0",  # remainder 0
        "N2330900MF12345677",  # registered by the agricultural administration
    ],
)
def test_check_uscc_known_codes(code):
    assert check_uscc(code) == code


@pytest.mark.parametrize("first", "AY")
def test_check_uscc_first_character_is_a_letter(first):
    code = make_uscc(f"{first}1330900MF1234567")
    assert check_uscc(code) == code


FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in "91110000600037341L")


@pytest.mark.parametrize("typed", ["91110000600037341l", " 91110000600037341L ", FULL_WIDTH])
def test_check_uscc_is_normalised(typed):
    assert check_uscc(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "uscc_form"),
        ("91110000600037341", "uscc_form"),
        ("91110000600037341LL", "uscc_form"),
        ("9111000060003734IL", "uscc_form"),
        ("91110000 600037341", "uscc_form"),
        ("91110000600037341K", "uscc_check"),
        ("9111000060003734\0L", "nul"),
    ],
)
def test_check_uscc_refused(typed, reason):
    with pytest.raises(ValidationError) as refusal:
        check_uscc(typed)
    assert refusal.value.code == reason


def test_check_character_remainder_zero_is_zero():
    assert check_character("91330900C6B36JMWD") == "0"
    assert check_character("0" * 17) == "0"


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_check_uscc_any_single_change_is_refused(code, place, character):
    changed = code[:place] + character + code[place + 1 :]
    if changed == code:
        assert check_uscc(changed) == code
    else:
        with pytest.raises(ValidationError):
            check_uscc(changed)
