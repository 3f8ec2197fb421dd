"""Keeping it: backup, restore, upgrade, and turning over the keys."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bridge.cli.desk import Command, Desk, Group, end, note, pass_desk, say

YES = click.option("--yes", is_flag=True, help="Do it without asking.")


def confirm(desk: Desk, yes: bool, question: str) -> None:
    """Go on only if the user wants it; whoever asks for JSON is a program and has to say --yes."""
    if yes:
        return
    if desk.as_json:
        raise click.UsageError(f"{question} Add --yes to do it.")
    click.confirm(question, abort=True, err=True)


@click.command(cls=Command)
@click.argument("to", required=False, type=click.Path(path_type=Path))
@pass_desk
def backup(desk: Desk, to: Path | None) -> None:
    """Copy the books into one archive while everything runs: to a file TO.zip, a folder, or data/backups."""
    from bridge.services import backup as backups

    with desk.runtime(migrated=False) as runtime:
        made = backups.backup(runtime, to)
    answer = {"file": str(made.file), "bytes": made.size, **asdict(made.manifest)}
    answer["created"] = made.manifest.created.isoformat()
    desk.answer(answer, lambda: say(f"{made.file} ({made.size} bytes) holds {_counted(made.manifest.counts)}."))
    note(backups.KEYS_ARE_APART)


def _counted(counts: Any) -> str:
    names = {"shop": "shops", "account": "accounts", "entry": "entries", "order_state": "orders"}
    return ", ".join(f"{counts[table]} {name}" for table, name in names.items() if table in counts)


@click.command(cls=Command, deed="backup restored")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@YES
@pass_desk
def restore(desk: Desk, file: Path, yes: bool) -> None:
    """Put a backup in the place of the database, which is kept beside it. rabattkonto must not be running."""
    from bridge.services import restore as restoring

    confirm(desk, yes, f"Put {file} in the place of the present database?")
    with desk.runtime(migrated=False) as runtime:
        done = restoring.restore(runtime, file)
    answer = {
        **asdict(done),
        "created": done.created.isoformat(),
        "former": str(done.former) if done.former else None,
    }
    desk.answer(answer, lambda: say(_told(done.created.isoformat(timespec="seconds"), done.former)))
    if done.locked:
        note(
            f"No key opens the access to shop {', '.join(map(str, done.locked))}; `rabattkonto shop list` says more"
        )


def _told(created: str, former: Path | None) -> str:
    kept = f" The database from before is kept as {former}." if former else ""
    return (
        f"The books are those of {created} again.{kept} Start rabattkonto: it first reads from the shops what"
        " happened since, and only then writes codes. Entries by hand and programme versions made since are not in"
        " the backup; enter them again."
    )


@click.command(cls=Command, deed="database upgraded")
@pass_desk
def upgrade(desk: Desk) -> None:
    """Back up, bring the database to this version, and prove the books. Harmless to repeat."""
    from bridge.services import upgrade as upgrading

    with desk.runtime(migrated=False) as runtime:
        done = upgrading.upgrade(runtime)
    answer = {
        "ok": not done.findings,
        "before": done.before,
        "now": done.now,
        "backup": str(done.backup) if done.backup else None,
        "findings": [asdict(finding) for finding in done.findings],
    }
    steps = [
        f"Backup: {done.backup}" if done.backup else "Backup: nothing to back up yet.",
        f"Schema: {done.now}" + ("" if done.before == done.now else f" (was {done.before or 'empty'})"),
        *(f"{f.invariant} {f.subject}: {f.sentence}" for f in done.findings),
    ]
    desk.answer(answer, lambda: say("\n".join(steps if done.findings else [*steps, "Everything adds up."])))
    end(ok=not done.findings)


@click.group(cls=Group)
def keys() -> None:
    """The keys that encrypt the shops' access."""


@keys.command(deed="keys turned over")
@pass_desk
def rotate(desk: Desk) -> None:
    """Encrypt every shop's access with the first key of SECRET_KEY (or secret.key)."""
    from bridge.services import keys as keeping

    with desk.runtime() as runtime:
        done = keeping.rotate(runtime)
    renewed = f"The access to {len(done.renewed)} shops is encrypted with the newest key."
    desk.answer({"ok": not done.locked, **asdict(done)}, lambda: say(renewed))
    for shop in done.locked:
        note(f"No key opens the access to shop {shop}; enter it: rabattkonto shop access {shop} --key … --secret …")
    end(ok=not done.locked)
