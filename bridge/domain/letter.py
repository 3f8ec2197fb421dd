"""What stands in a mail to a customer, before it becomes plain text or HTML. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is about, and its amount."""

    text: str
    amount: str


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Content:
    """A mail: ``opening`` is said first, ``way`` leads into the account, ``foot`` stands below everything."""

    language: str
    subject: str
    opening: str
    way: Link
    parts: tuple[Part, ...] = ()
    closing: tuple[str, ...] = ()
    foot: tuple[Link, ...] = ()
    sender: str = ""


def as_text(content: Content) -> str:
    """The mail for whoever reads plain text."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: Content) -> Iterator[str]:
    yield content.opening
    for part in content.parts:
        yield ""
        yield part.heading
        for item in part.items:
            yield f"  {item.amount}  {item.text}"
    for sentence in content.closing:
        yield ""
        yield sentence
    yield ""
    yield f"{content.way.text}:"
    yield content.way.href
    yield ""
    yield "-- "
    yield content.sender
    for link in content.foot:
        yield f"{link.text}: {link.href}"
