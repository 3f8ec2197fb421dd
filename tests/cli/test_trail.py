"""Every command that changes something leaves a line in the trail: who, what, to what."""

from collections.abc import Iterator
from pathlib import Path

import click
from sqlmodel import col, select

from bridge.cli import main
from bridge.pages.words import DEEDS
from bridge.runtime import Runtime
from bridge.services import trail
from bridge.storage.models import Deed
from tests.cli.conftest import Cli

LOOKS = {
    "version", "shop list", "shop check", "shop bound", "programme show", "programme check", "programme diff",
    "programme list", "terms", "explain", "expiring", "simulate", "statement", "verify", "deliveries", "doctor",
    "export", "partner list", "partner show", "voucher list", "person export", "person requests", "token list",
}  # fmt: skip
"""They only look."""

ELSEWHERE = {"scenario", "simulate-faults", "bench", "demo", "backup", "shop plugin"}
"""They work on ledgers of their own, or write a file and nothing in the books."""

RUNS = {"serve", "work"}
"""They are the workers, who change nothing that nobody asked for."""

IN_THE_USE_CASE = {"token add", "token revoke"}
"""Their line is written in the transaction that makes or ends the token."""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def left(runtime: Runtime) -> list[tuple[str, str]]:
    with runtime.db.reading() as session:
        rows = session.exec(select(Deed).order_by(col(Deed.id))).all()
    assert {row.who for row in rows} <= {trail.at_command_line()}
    return [(row.what, row.subject) for row in rows]


def test_every_command_either_changes_nothing_or_says_what_it_did() -> None:
    found = dict(commands(main))
    silent = {name for name, command in found.items() if not getattr(command, "deed", "")}
    assert silent == LOOKS | ELSEWHERE | RUNS | IN_THE_USE_CASE


def test_the_pages_know_every_phrase_of_the_commands() -> None:
    phrases = {getattr(command, "deed", "") for _, command in commands(main)} - {""}
    assert phrases <= DEEDS.keys()


def test_what_is_changed_is_left_with_its_number(cli: Cli, runtime: Runtime, document: Path) -> None:
    cli.add_shop()
    cli.json("programme", "activate", str(document), "--shop", "1", "--from", "2020-01-01")
    cli.json("user", "add", "berta", "--generate")
    cli.json("token", "add", "bookkeeping", "--shop", "1", "--scope", "adjust")
    cli.json("token", "revoke", "1")
    cli.json("shop", "offline", "1", "--method", "bacs")
    cli.json("shop", "remove", "1", "--pause", "--yes")
    cli.json("keys", "rotate")
    assert left(runtime) == [
        ("shop connected", "shop:1"),
        ("programme activated", "shop:1/version:1"),
        ("login added", "login:1"),
        ("token made", "token:1"),
        ("token revoked", "token:1"),
        ("payment methods set", "shop:1"),
        ("shop left", "shop:1/pause"),
        ("keys turned over", ""),
    ]


def test_whoever_only_asks_or_fails_leaves_nothing(cli: Cli, runtime: Runtime, tmp_path: Path) -> None:
    cli.add_shop()
    openings = tmp_path / "openings.csv"
    openings.write_text("customer,amount\n7,5.00\n", "utf-8")
    cli.json("shop", "paid", "1")
    cli.json("shop", "offline", "1")
    cli.json("shop", "remove", "1")
    cli.json("referral-credit", "--shop", "1")
    cli("import", "opening", str(openings), "--shop", "1", "--preview")
    assert cli("adjust", "--shop", "9", "--customer", "7", "--amount", "1.00", "--reason", "thanks").exit_code == 2
    assert left(runtime) == [("shop connected", "shop:1")]
