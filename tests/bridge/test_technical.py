"""The technical sentences that a merchant reads beside a case or a message: each has its German."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.technical import in_german, is_known
from bridge.domain.technical_texts import TEXTS
from bridge.domain.troubles_texts import TEXTS as TROUBLES

ROOT = Path(__file__).parents[2]
PLACES = ("adapters", "bridge/services", "bridge/storage", "bridge/domain")
SPEAK = {
    "AccessEnded", "AccessLost", "Nothing", "ShopAway", "ShopRefused", "TooCostly", "Unclear", "Unreadable",
    "Unsettled",
}  # fmt: skip
"""What is made with a sentence that ends beside a case, a message or a shop."""

NAMED = {
    "AWAY",
    "DRAFT",
    "REPEATED",
    "_REASON",
    "_NO_ADDRESS",
    "_DELETED",
    "sentence",
    "problem",
    "hint",
    "_IGNORED",
}
"""What such sentences are called where they are made somewhere else."""

ELSEWHERE = (
    "sandbox", "storefront", "services/simulate", "services/scenario", "services/imports", "services/alarm",
    "services/news", "services/letters", "services/leave.py", "services/checks", "services/verify.py",
    "services/doctor.py", "domain/news", "domain/technical", "domain/troubles", "domain/document",
    "domain/programme", "domain/letter", "domain/speakable", "domain/tongue",
)  # fmt: skip
"""What plays the shop, or speaks to customers and operators."""


def written() -> Iterator[tuple[str, str]]:
    """Every such sentence of the code, its gaps filled with “X”, and where it stands."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            here = str(path.relative_to(ROOT))
            if not any(part in here for part in ELSEWHERE):
                for found in _sentences(ast.parse(path.read_text())):
                    yield here, found


def _sentences(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in SPEAK and node.args:
            yield from _texts(node.args[0])
        elif isinstance(node, ast.Call) and _name(node.func) == "open_case" and len(node.args) > 4:
            yield from _texts(node.args[4])
        elif isinstance(node, ast.Call) and _name(node.func) == "_case":
            yield from _texts(node.args[1])
        elif isinstance(node, ast.Assign) and {_name(each) for each in node.targets} & NAMED:
            yield from _texts(node.value)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(" ") > 1:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    elif isinstance(node, ast.Dict):
        yield from (text for value in node.values for text in _texts(value))
    elif isinstance(node, ast.IfExp):
        yield from (text for value in (node.body, node.orelse) for text in _texts(value))
    elif isinstance(node, ast.BinOp):
        yield from (f"{text} X" if text.endswith(".") else f"{text}X" for text in _texts(node.left))


def test_the_search_finds_the_sentences() -> None:
    assert len(set(written())) > 60


WITHOUT_WORDS = re.compile(r"[X.:\s]*")


def test_every_technical_sentence_has_its_german() -> None:
    lacking = sorted({(here, text) for here, text in written() if not WITHOUT_WORDS.fullmatch(text)} - set(known()))
    assert not lacking, "write their German into bridge/domain/technical_texts.py"


def known() -> Iterator[tuple[str, str]]:
    return ((here, text) for here, text in written() if is_known(text))


@pytest.mark.parametrize("english", TEXTS)
def test_both_wordings_carry_the_same_gaps(english: str) -> None:
    gaps = re.compile(r"\{\w+\}")
    assert set(gaps.findall(english)) >= set(gaps.findall(TEXTS[english]))


def test_what_stands_in_a_gap_is_carried_over_and_translated_itself() -> None:
    said = "GET /orders was answered with 503 (Down): the shop has a fault. We ask again later."
    assert in_german(said) == (
        "Auf GET /orders kam die Antwort 503 (Down): Im Shop ist ein Fehler aufgetreten. Wir fragen später wieder."
    )
    assert in_german("The order cannot be understood: its line 7 has a negative price.") == (
        "Die Bestellung ist nicht zu verstehen: die Position 7 hat einen negativen Preis."
    )


def test_what_a_repair_found_is_said_sentence_by_sentence() -> None:
    german = in_german(
        "The shop does not tell us about: order.updated. The shop tells us twice about: order.created."
        " They were made anew; what was missed meanwhile is read from the shop."
    )
    assert german is not None
    assert german.startswith(
        "Der Shop meldet uns nichts zu: order.updated. Der Shop meldet doppelt: order.created. Wir haben"
    )


def test_a_sentence_put_together_from_parts_is_known() -> None:
    for end in (
        ": orders placed from now on in this period earn nothing.",
        ". Nothing was stopped; look at the rules.",
    ):
        assert is_known(f"The programme has cost 12.50 EUR of 100.00 EUR in 2026-11, more than its budget{end}")


def test_a_sentence_of_somebody_else_is_left_as_it_is() -> None:
    assert in_german("The previous release wrote this.") is None
    assert in_german("x" * 100_000) is None


def test_every_case_that_can_be_opened_has_a_sentence_of_its_own() -> None:
    for name in ("question", "privacy request", "mail", "code used twice", "unknown code", "likeness", "erased"):
        assert name in TROUBLES
