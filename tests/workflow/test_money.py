"""Amounts as people and spreadsheets write them: read exactly, or refused with a sentence."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.workflow import money
from apps.workflow.forms import MoneyField

AMOUNTS = st.integers(min_value=0, max_value=10**15 - 1)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("105000000", "105000000"), ("1.05e8", "105000000"), ("1.05E+08", "105000000"), ("1.05亿元", "105000000"),
        ("10500万元", "105000000"), ("10,500.00 万", "105000000"), ("１０５００万元", "105000000"),
        ("1,050.5", "1050.50"), ("１，０５０．５０元", "1050.50"), ("1,0500,0000", "105000000"), ("￥3000.50", "3000.50"),
        ("0.01", "0.01"), ("1e-2", "0.01"), (" 12 000 ", "12000"), ("-5", "-5"), (".5", "0.50"), ("3.", "3"),
        ("0.000001亿", "100"),
    ],
)  # fmt: skip
def test_written_amounts(text, yuan):
    assert money.read(text) == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("about 100", "invalid"), ("1,05", "invalid"), ("1,2,3", "invalid"), ("1.000,50", "invalid"), ("万", "invalid"),
        ("", "invalid"), ("e5", "invalid"), ("NaN", "invalid"), ("Infinity", "invalid"), ("1万亿", "invalid"),
        ("=1+1", "invalid"), ("0x10", "invalid"), ("0.001", "max_decimal_places"), ("1.00001", "max_decimal_places"),
        ("0.0000001万", "max_decimal_places"), ("1e-3", "max_decimal_places"), (f"1.{'0' * 40}1", "max_decimal_places"), ("1e13", "max_digits"),
        ("9e99", "max_digits"), ("100000亿", "max_digits"), ("1" * 400, "max_digits"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(text, code):
    with pytest.raises(ValidationError) as fault:
        money.read(text)
    assert fault.value.code == code
    field = MoneyField(required=False)
    if text:
        with pytest.raises(ValidationError) as told:
            field.clean(text)
        assert str(told.value.messages[0]) == str(money.FAULTS[code])


@given(AMOUNTS)
def test_what_is_spoken_is_read_back(fen):
    assert money.fen(money.read(money.spoken(fen))) == fen
    assert money.fen(MoneyField().clean(str(money.yuan(fen)))) == fen


@given(AMOUNTS, st.sampled_from(["万", "万元", "亿", "亿元"]))
def test_units_are_exact(fen, unit):
    places = 4 if unit.startswith("万") else 8
    assert money.fen(money.read(f"{money.yuan(fen).scaleb(-places):f}{unit}")) == fen


@given(AMOUNTS)
def test_full_width_digits_read_the_same(fen):
    wide = money.spoken(fen).translate({ord(a): ord(a) + 0xFEE0 for a in "0123456789.,"})
    assert money.fen(money.read(wide)) == fen


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_scientific_notation_reads_the_same(yuan):
    assert money.read(f"{Decimal(yuan):.15E}") == yuan
