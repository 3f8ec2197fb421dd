import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents import _UNSURE, Unclear, _quickly, _strictly, document, moment, text


def test_numbers_keep_every_digit() -> None:
    assert document(b'{"a": 0.1, "b": 16.798319333333335}') == {
        "a": Decimal("0.1"),
        "b": Decimal("16.798319333333335"),
    }


def test_a_repeated_key_is_unclear_however_deep_it_lies() -> None:
    with pytest.raises(Unclear, match="twice"):
        document(b'{"a": [{"b": 1, "c": {"d": 1, "d": 2}}]}')


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 1}',
        b'{"a" : 1, "a" :2}',
        b'{"": 1, "": 2}',
        b'{"a": "\\u0022", "b\\u0022": "x", "b\\u0022": "y"}',
        b'{"a": {"b": 1}, "\\u0061": "\\u0022\\u0022\\u0022\\u0022\\u0022\\u0022"}',
        b'[{"a": "\\"", "a": "\\"\\""}]',
        b'{"number": 1.5, "number": 2.5}',
    ],
)
def test_nothing_hides_a_repeated_key(raw: bytes) -> None:
    with pytest.raises(Unclear, match="twice"):
        document(raw)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_the_quick_way_reads_what_the_strict_one_does(value: object, escaped: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=escaped, indent=indent).encode("utf-8", "surrogatepass")
    quick = _quickly(raw)
    if quick is not _UNSURE:
        assert repr(quick) == repr(_strictly(raw))


def test_the_reason_repeats_nothing_of_the_content() -> None:
    with pytest.raises(Unclear) as caught:
        document(b'{"email": anna@kunden.example}')
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize(("raw", "clean"), [("a\x00b", "ab"), ("a\ud800b", "a?b"), ("Bücher €", "Bücher €")])
def test_text_is_fit_for_every_database(raw: str, clean: str) -> None:
    assert text(raw) == clean


def test_a_stamp_without_offset_is_utc() -> None:
    assert moment(datetime(2026, 11, 22, 5)) == datetime(2026, 11, 22, 5, tzinfo=UTC)  # noqa: DTZ001


def test_a_stamp_at_the_edge_of_the_calendar_is_unclear() -> None:
    with pytest.raises(Unclear, match="calendar"):
        moment(datetime.min.replace(tzinfo=timezone(timedelta(hours=2))))
