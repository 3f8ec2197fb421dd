"""Scenarios again, end to end: body in, code out. The ledger must be the same, whichever shop tells the story."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.services.scenario.story import read
from tests.through.scribes import ShopifyScribe, WooScribe
from tests.through.teller import ThroughTeller

_FOLDER = Path(__file__).parents[1] / "scenarios"
_BODIES = ("40", "41", "42", "43", "64", "65", "75", "78", "79", "94", "96")
"""Of the further ones, those in which orders look differently; the others differ in their rules only."""

_FILES = sorted(
    [*_FOLDER.glob("*.toml"), *(path for path in _FOLDER.glob("more/*.toml") if path.stem[:2] in _BODIES)]
)
STORIES = [path for path in _FILES if "error" not in tomllib.loads(path.read_text("utf-8"))]
SCRIBES = {"woocommerce": WooScribe, "shopify": ShopifyScribe}

CANNOT_TELL = {
    ("woocommerce", "75-codes-of-two-owners"): "its bodies do not say which of two codes took what off a line",
    ("woocommerce", "79-dinar"): "the toy WooCommerce keeps codes in hundredths, and a dinar has thousandths",
}
"""What a platform has no way to say, and why; nothing else may be left out."""


@pytest.mark.parametrize("platform", SCRIBES)
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_ledger_is_the_same_through_every_shop(path: Path, platform: str) -> None:
    if reason := CANNOT_TELL.get((platform, path.stem)):
        pytest.skip(reason)
    text = path.read_text("utf-8")
    story = read(text)
    teller = ThroughTeller(
        story, SCRIBES[platform](str(tomllib.loads(text, parse_float=Decimal)["programme"]["currency"]))
    )
    try:
        assert list(teller.tell()) == []
    finally:
        teller.close()
