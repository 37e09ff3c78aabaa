import pytest
from django.core.exceptions import ValidationError

from apps.accounts.text import clean_code, clean_name, no_nul


def test_clean_code_is_half_width_without_outer_blanks():
    assert clean_code(" \u3000ＡＢ１２－ab ") == "AB12-ab"


def test_clean_name_makes_blanks_one():
    assert clean_name("  舟山\u3000海洋 \n 数据 ") == "舟山 海洋 数据"


@pytest.mark.parametrize("clean", [clean_code, clean_name, no_nul])
def test_null_character_is_refused(clean):
    with pytest.raises(ValidationError) as refusal:
        clean("a\0b")
    assert refusal.value.code == "nul"


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_clean_name_direction_control_is_refused(control):
    with pytest.raises(ValidationError) as refusal:
        clean_name(f"公司{control}gpj.exe")
    assert refusal.value.code == "bidi"
