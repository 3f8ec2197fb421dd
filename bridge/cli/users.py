"""People who log in to the pages."""

import sys

import click

from bridge.cli.desk import Desk, Group, note, pass_desk, say


@click.group(cls=Group)
def user() -> None:
    """Manage the people who log in to the pages."""


@user.command(deed="login added")
@click.argument("name")
@click.option("--generate", is_flag=True, help="Make up a password instead of asking for one.")
@pass_desk
def add(desk: Desk, name: str, generate: bool) -> None:
    """Make a login. Without a terminal the password is made up, and printed this once."""
    from bridge.services import users

    typed = None if generate or not sys.stdin.isatty() else _ask()
    with desk.runtime() as runtime:
        password = typed or users.generated_password()
        desk.subject = f"login:{users.add_user(runtime, name, password)}"
    answer = {"user": name} if typed else {"user": name, "password": password}
    desk.answer(answer, lambda: say(f"“{name}” can log in." if typed else f"“{name}” can log in with {password}"))
    if not typed:
        note("The password is shown this once.")


def _ask() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
