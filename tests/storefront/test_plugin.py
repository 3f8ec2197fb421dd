"""The companion plugin in a small shop written in PHP: each sentence in ``cases/`` is one test."""

import json
import re
import subprocess
from pathlib import Path

import pytest

import bridge
from tests.requires import need

HERE = Path(__file__).parent
STOREFRONT = HERE.parents[1] / "adapters" / "woocommerce" / "storefront"
PLUGIN = STOREFRONT / "rabattkonto.php"
PARTS = sorted(STOREFRONT.glob("*.php"))


def run_php(*arguments: str | Path) -> str:
    """What PHP prints; fails with its error text."""
    command = [need("php"), "-d", "display_errors=stderr", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    assert not done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What went wrong in each case, by its sentence; empty where all is well."""
    lines = run_php(HERE / "cases.php", PLUGIN).splitlines()
    return {outcome["sentence"]: outcome["why"] for outcome in map(json.loads, lines)}


def source() -> str:
    """All of the plugin's PHP."""
    return "\n".join(part.read_text(encoding="utf-8") for part in PARTS)


def test_every_part_of_the_plugin_is_valid_php_and_required_once() -> None:
    for part in PARTS:
        assert "No syntax errors" in run_php("-l", part)
    (required,) = re.findall(r"foreach \( array\( (.+) \) as \$part", PLUGIN.read_text(encoding="utf-8"))
    assert sorted(re.findall(r"'(\w+)'", required)) == [part.stem for part in PARTS if part != PLUGIN]


def test_every_sentence_about_the_plugin_holds(outcomes: dict[str, str], subtests: pytest.Subtests) -> None:
    assert len(outcomes) > 110, "the run ended early"
    for sentence, why in outcomes.items():
        with subtests.test(sentence):
            assert not why


def test_a_shop_whose_woocommerce_is_switched_off_notices_nothing() -> None:
    hooks = set(re.findall(r"^on\( '([^']+)'", PLUGIN.read_text(encoding="utf-8"), re.MULTILINE))
    called = run_php(HERE / "bare.php", PLUGIN)
    assert int(called) == len(hooks) + 1, "each hook, and the one of the activation"


def test_the_plugin_uses_nothing_newer_than_the_php_it_asks_for() -> None:
    """The PHP at hand is younger than 7.4 and would take the words of PHP 8 without complaint."""
    syntax = r"\?->|\bmatch\s*\(|\benum\b|(?<!')\breadonly\b|: (?:static|mixed|never)\b"
    functions = r"\bstr_(?:contains|starts_with|ends_with)\("
    assert "Requires PHP:         7.4" in source()
    assert not re.search(f"{syntax}|{functions}", source())


def test_plugin_readme_and_bridge_name_the_same_version() -> None:
    header = re.search(r"\* Version: +(\S+)", PLUGIN.read_text(encoding="utf-8"))
    readme = re.search(r"^Stable tag: (\S+)", (STOREFRONT / "readme.txt").read_text(encoding="utf-8"), re.M)
    assert header
    assert readme
    constant = re.search(r"^const VERSION = '(.+)';", PLUGIN.read_text(encoding="utf-8"), re.M)
    assert constant
    assert {header[1], readme[1], constant[1]} == {bridge.__version__}


def test_every_string_for_customers_has_its_german() -> None:
    shown = set(re.findall(r"__\( '([^']+)', 'rabattkonto' \)", source()))
    german = (STOREFRONT / "german.php").read_text(encoding="utf-8")
    assert shown == set(re.findall(r"^\t'([^']+)'\s*=> '", german, re.MULTILINE))
