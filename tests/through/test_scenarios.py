"""Every scenario again, end to end: body in, code out. The ledger must be the same, whichever shop tells the story."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.services.scenario.story import read
from tests.through.scribes import ShopifyScribe, WooScribe
from tests.through.teller import ThroughTeller

_FILES = sorted((Path(__file__).parents[1] / "scenarios").rglob("*.toml"))
STORIES = [path for path in _FILES if "error" not in tomllib.loads(path.read_text("utf-8"))]
SCRIBES = {"woocommerce": WooScribe, "shopify": ShopifyScribe}

CANNOT_TELL = {
    ("woocommerce", "75-codes-of-two-owners"): "its bodies do not say which of two codes took what off a line",
    ("shopify", "73-guests-redeem"): "a code there is for a customer, and a guest is none",
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
