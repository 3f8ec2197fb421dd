"""Reads a programme from TOML and says what is wrong with it: the key, the line, and a hint."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from babel.numbers import list_currencies
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bridge.domain.faults import Fault
from bridge.domain.programme import Programme

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.\"-]+)\s*\]?\]")
_BONUS_TAGS = frozenset({"turnover", "regularity", "first_order", "membership"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (``earn[0].percnt``), on which line (0 when unknown), and why.

    ``german`` is the sentence in German, empty where there is none.
    """

    where: str
    line: int
    sentence: str
    german: str = ""

    @classmethod
    def of(cls, where: str, line: int, fault: Fault) -> "Problem":
        """The problem that a fault is at its place."""
        return cls(where, line, fault.said("en"), fault.said("de"))

    def said(self, language: str) -> str:
        """The sentence in “de” where there is one, else in English."""
        return self.german if language == "de" and self.german else self.sentence

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        return f"{place}{self.where}: {self.sentence}"


class ProgrammeError(ValueError):
    """A document that cannot be a programme, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read(text: str) -> Programme:
    """The programme that a TOML text describes; ``ProgrammeError`` names what is wrong and where."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise ProgrammeError([Problem.of("document", line, Fault("no TOML", english=error))]) from error
    return build(table, text)


def build(table: Mapping[str, Any], text: str = "") -> Programme:
    """The programme of an already parsed document; ``text`` serves to name lines."""
    currency = _currency(table, text)
    try:
        return Programme.model_validate(table, context={"currency": currency})
    except ValidationError as error:
        raise ProgrammeError([_problem(detail, text) for detail in error.errors()]) from error


def _currency(table: Mapping[str, Any], text: str) -> str:
    basics = table.get("programme")
    if not isinstance(basics, Mapping):
        raise ProgrammeError([Problem.of("programme", 0, Fault("no table"))])
    currency = basics.get("currency")
    if not isinstance(currency, str) or currency not in list_currencies():
        line = line_of(text, ("programme", "currency"))
        raise ProgrammeError([Problem.of("programme.currency", line, Fault("no currency", value=currency))])
    return currency


def _problem(detail: ErrorDetails, text: str) -> Problem:
    path = tuple(part for part in detail["loc"] if part not in _BONUS_TAGS)
    if detail["type"].startswith("union_tag"):
        path = (*path, "kind")
    return Problem.of(_where(path), line_of(text, path), _fault(detail, path))


def _where(path: Sequence[str | int]) -> str:
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return name.lstrip(".") or "document"


def _fault(detail: ErrorDetails, path: Sequence[str | int]) -> Fault:
    match detail["type"], detail.get("ctx", {}).get("error"):
        case "extra_forbidden", _:
            return _unknown(path)
        case "missing", _:
            return Fault("missing key")
        case "value_error", Fault() as fault:
            return fault
        case _:
            english = f"{detail['msg'][0].lower()}{detail['msg'][1:]}"
            return Fault("wrong value", english=english, value=detail["input"])


def _unknown(path: Sequence[str | int]) -> Fault:
    known = _keys_at(path)
    if path[-1] in known:
        return Fault("unknown key for this kind")
    near = get_close_matches(str(path[-1]), known, n=1)
    return Fault("unknown key, near", near=near[0]) if near else Fault("unknown key")


def _keys_at(path: Sequence[str | int]) -> list[str]:
    """The keys that the format knows in the table in which the path ends."""
    names = [part for part in path[:-1] if isinstance(part, str)]
    models: list[type[BaseModel]] = [Programme]
    for name in names:
        fields = [m.model_fields[name].annotation for m in models if name in m.model_fields]
        models = [model for annotation in fields for model in _models_in(annotation)]
    return sorted({key for model in models for key in model.model_fields})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    parts = getattr(annotation, "__args__", ())
    return [model for part in parts for model in _models_in(part)]


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line on which a key stands (1 is the first), else that of its table, else 0.

    The parser of the standard library keeps no positions, so the text is walked by its table headers.
    """
    if not text or not path:
        return 0
    wanted_table, wanted_index = str(path[0]), _index(path)
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    seen, inside, header = -1, False, 0
    for number, line in enumerate(text.splitlines(), start=1):
        found = _HEADER.match(line)
        if found:
            table = found[1].split(".")[0]
            inside_before = inside
            seen += table == wanted_table
            inside = table == wanted_table and seen >= wanted_index
            header = number if inside and not inside_before else header
            if inside and seen > wanted_index:
                break
        elif inside and re.search(rf"(^|[\s{{,]){re.escape(key)}\s*=", line):
            return number
    return header


def _index(path: Sequence[str | int]) -> int:
    return path[1] if len(path) > 1 and isinstance(path[1], int) else 0
