"""Reading lists that came out of spreadsheets: whatever separates their cells, whichever way amounts are written.

A file is read row by row and never held whole.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bridge.domain import money
from bridge.errors import Refused

_CHUNK = 1 << 16
_PLAIN = re.compile(r"[-+]?\d*")
_GROUPED_ONCE = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(?:\1\d{3})+")


class RowProblem(Exception):
    """Why one row cannot be taken, in a sentence for the list of problems."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it ends, and its cells by the head of their column, in small letters."""

    line: int
    cells: Mapping[str, str]

    def cell(self, *names: str) -> str:
        """The first of these columns that holds something, without the spaces around it; empty if none does."""
        return next((value for name in names if (value := self.cells.get(name, "").strip())), "")

    def needed(self, *names: str) -> str:
        """The same, but a row without it is refused."""
        value = self.cell(*names)
        if not value:
            raise RowProblem(f"The column “{names[0]}” is empty.")
        return value


def read(path: Path, *needed: tuple[str, ...]) -> Iterator[Row]:
    """The rows below the first line, which names the columns. Each group in ``needed`` must be there by one name.

    Raises ``Refused`` for a file that is no such list.
    """
    with path.open(encoding=_encoding(path), newline="") as file:
        first = file.readline()
        heads = [head.strip().lower() for head in next(csv.reader([first], delimiter=_separator(first)), [])]
        for names in needed:
            if not set(names) & set(heads):
                known = ", ".join(f"“{head}”" for head in heads) or "none"
                raise Refused(f"The list has no column “{names[0]}”; its first line names {known}.")
        reader = csv.reader(file, delimiter=_separator(first))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num + 1, dict(zip(heads, cells, strict=False)))


def _encoding(path: Path) -> str:
    """UTF-8 with or without its mark; what is none comes from an older Windows program."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file, suppress(UnicodeDecodeError):
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return "utf-8-sig"
    return "cp1252"


def _separator(first: str) -> str:
    return max(",;\t", key=first.count)


# --- cells --------------------------------------------------------------------------------------------


def amount(text: str, currency: str) -> int:
    """Minor units of ``12.50``, ``12,50``, ``1.234,56`` or ``1,234.56``; ``RowProblem`` for anything else."""
    try:
        return money.parse(_with_point(text), currency)
    except ValueError:
        raise RowProblem(f"“{text}” is no amount in {currency}; write it like 12.50 or 12,50.") from None


def number(text: str) -> Decimal:
    """A count such as points, written like an amount but with any places."""
    try:
        found = Decimal(_with_point(text))
    except InvalidOperation:
        raise RowProblem(f"“{text}” is no number.") from None
    if not found.is_finite():
        raise RowProblem(f"“{text}” is no number.")
    return found


def _with_point(text: str) -> str:
    """The last sign that occurs once is the decimal one, others group thousands; what fits neither stays."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").removesuffix("€").removesuffix("EUR")
    if _GROUPED.fullmatch(plain):
        return plain.replace(",", "").replace(".", "")
    last = max(plain.rfind(","), plain.rfind("."))
    whole, rest = plain[:last], plain[last + 1 :]
    if last < 0 or not (_PLAIN.fullmatch(whole) or _GROUPED_ONCE.fullmatch(whole)):
        return plain
    return f"{whole.replace(',', '').replace('.', '')}.{rest}"


def day(text: str) -> date:
    """``2026-12-31`` or ``31.12.2026``."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day has no zone
    raise RowProblem(f"“{text}” is no date; write it like 2026-12-31 or 31.12.2026.")
