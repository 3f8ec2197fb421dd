"""How an access is typed: each platform by its own words, and whatever is missing is named."""

import click
import pytest

from bridge.cli.access import read

NOTHING = {"key": "", "secret": "", "client_id": "", "client_secret": "", "token": ""}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"key": "ck_1", "secret": "s"}, "ck_1"),
        ({"client_id": "c11e47", "client_secret": "s"}, "c11e47"),
        ({"token": "shpat_1", "client_secret": "s"}, "shpat_1"),
    ],
)
def test_every_platform_has_its_words(given: dict[str, str], key: str) -> None:
    found = read(**{**NOTHING, **given})
    assert (found.key, found.secret) == (key, "s")
    assert key not in repr(found)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "--client-id"),
        ({"key": "ck_1"}, "--secret"),
        ({"token": "shpat_1"}, "signs its messages"),
        ({"key": "ck_1", "client_id": "c", "secret": "s"}, "--key"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, str], word: str) -> None:
    with pytest.raises(click.UsageError, match=word):
        read(**{**NOTHING, **given})
