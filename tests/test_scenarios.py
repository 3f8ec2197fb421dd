"""Every scenario file holds: the programme format and what the ledger must say, by example."""

from pathlib import Path

import pytest

from bridge.services.scenario import run_file, run_text

FILES = sorted((Path(__file__).parent / "scenarios").rglob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario_holds(path: Path) -> None:
    result = run_file(path)
    assert result.ok, "\n".join(result.differences)


def test_a_false_expectation_is_told_with_what_was_found() -> None:
    text = (FILES[0].read_text("utf-8")).replace('balance = "3.30"', 'balance = "3.31"')
    result = run_text(text)
    assert result.differences[0].endswith("anna: balance is 3.30, must be 3.31")


def test_a_document_that_must_be_refused_and_is_not_is_a_difference() -> None:
    result = run_text('error = "never said"\n' + FILES[0].read_text("utf-8"))
    assert "must be refused" in result.differences[0]


def test_an_event_of_no_known_kind_is_told_and_not_guessed() -> None:
    text = FILES[0].read_text("utf-8") + "\n[[event]]\nat = 2026-03-20T10:00:00+01:00\nmiracle = {}\n"
    result = run_text(text)
    assert "miracle" in result.differences[0]


def test_a_file_that_is_not_toml_is_told_with_the_place() -> None:
    result = run_text('title = "broken\n')
    assert "not valid TOML" in result.differences[0]
    assert "line 1" in result.differences[0]


def test_a_key_that_the_story_lacks_is_named() -> None:
    text = FILES[0].read_text("utf-8").replace('state = "open", ', "")
    result = run_text(text)
    assert "the key 'state' is missing" in result.differences[0]


def test_a_new_version_that_is_refused_is_a_difference_and_not_a_crash() -> None:
    event = '\n[[event]]\nat = 2026-03-20T10:00:00+01:00\nactivate = { earn = [{ id = "all", percnt = "5" }] }\n'
    result = run_text(FILES[0].read_text("utf-8") + event)
    assert "earn[1].percnt" in result.differences[0]


def test_what_the_ledger_refuses_is_a_difference_and_not_a_crash() -> None:
    event = '\n[[event]]\nat = 2026-03-20T10:00:00+01:00\nsponsor = { customer = "anna", sponsor = "anna" }\n'
    result = run_text(FILES[0].read_text("utf-8") + event)
    assert "own sponsor" in result.differences[0]


def test_events_may_stand_in_any_order() -> None:
    head, *events = FILES[0].read_text("utf-8").split("[[event]]")
    result = run_text("[[event]]".join([head, *reversed(events)]))
    assert result.ok, result.differences


def test_a_refused_document_is_judged_before_its_story_is_read() -> None:
    text = FILES[0].read_text("utf-8").replace('"EUR"', '"EURO"').replace('paid = "9.99"', 'paid = "9.999"')
    result = run_text('error = "programme.currency"\n' + text)
    assert result.ok, result.differences
