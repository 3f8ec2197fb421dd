"""What the documents promise exists: commands, options, settings, files and the programme in the README."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bridge.cli import main
from bridge.config import NAMES
from bridge.domain import document

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")

FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?:ExecStart=\S*/)?(?:rabattkonto|python3 -m bridge) ((?:--)?[a-z][^#`]*)")
NOT_OURS = {"test"}
"""Of the bootstrap, which hands everything else to the command line."""


def commands() -> Iterator[tuple[str, str]]:
    """Every command line in a code span or block of the documents."""
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        code = [*FENCE.findall(text), *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]
        for line in "\n".join(code).splitlines():
            if found := COMMAND.match(line):
                yield path.name, found[1].strip()


def leaf(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words that are left."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize(("place", "line"), sorted(set(commands())))
def test_every_command_in_the_documents_exists(place: str, line: str) -> None:
    words = line.split()
    if words[0] in NOT_OURS:
        return
    command, rest = leaf(words)
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in rest if word.startswith("--")} - known == set()


def test_every_command_is_told_in_the_readme() -> None:
    told = {line.split()[0] for _, line in commands()}
    assert set(main.commands) - told == set()


def test_every_setting_is_in_the_operations_document() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert {name for name in NAMES if f"`{name}`" not in text} == set()


def test_settings_named_in_the_documents_exist() -> None:
    for path in DOCUMENTS:
        named = re.findall(r"`(RABATTKONTO_[A-Z]+|[A-Z]+_[A-Z_]+)(?:=[^`]*)?`", path.read_text("utf-8"))
        assert set(named) - set(NAMES) - {"RABATTKONTO_REQUIRE", "PLATFORM"} == set(), path.name


def test_the_programme_of_the_readme_can_be_activated() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert document.read(text).currency == "EUR"


def test_links_between_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_files_named_in_the_documents_exist() -> None:
    for path in DOCUMENTS:
        for name in re.findall(
            r"`((?:bridge|adapters|webhooks|tests|docs)/[\w./-]+\.\w+)`", path.read_text("utf-8")
        ):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_the_two_commands_come_first() -> None:
    first_block = README.index("```")
    assert README.index("python3 -m bridge demo") < README.index("##")
    assert README[first_block:].index("python3 -m bridge test") < README[first_block:].index("##")
