from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from adapters.documents import Unclear, document, moment, text


def test_numbers_keep_every_digit() -> None:
    assert document(b'{"a": 0.1, "b": 16.798319333333335}') == {
        "a": Decimal("0.1"),
        "b": Decimal("16.798319333333335"),
    }


def test_a_repeated_key_is_unclear_however_deep_it_lies() -> None:
    with pytest.raises(Unclear, match="twice"):
        document(b'{"a": [{"b": 1, "c": {"d": 1, "d": 2}}]}')


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
