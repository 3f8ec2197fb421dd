"""Running it: ``serve`` for a machine that does everything, ``work`` for one pass, and ``version``."""

import click

from bridge import __version__
from bridge.cli.desk import Command, Desk, note, pass_desk, say


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(1, 65535), help="Where the web server listens; otherwise PORT.")
@pass_desk
def serve(desk: Desk, port: int | None = None) -> None:
    """Run everything: web, workers, clock and the embedded queue, until Ctrl-C or SIGTERM."""
    from bridge import logs, supervisor

    settings = desk.settings(PORT=port)
    supervisor.check_port(settings.host, settings.port)
    _welcome_first_user(desk, settings.public_url)
    logs.set_up(settings.log_level, settings.log_format)
    supervisor.serve(settings)


def _welcome_first_user(desk: Desk, address: str) -> None:
    from bridge.services import doors

    with desk.runtime() as runtime:
        secret = doors.open_first(runtime)
    if secret is not None:
        note(f"Nobody can log in yet. Open this address to begin; it works once:\n{address}/start/{secret}")


@click.command(cls=Command)
@click.argument("queue", required=False, type=click.Choice(["drain", "push"]))
@click.option("--until-empty", is_flag=True, help="Settle and push all that waits, here and now, and end.")
@pass_desk
def work(desk: Desk, queue: str | None, until_empty: bool) -> None:
    """Work off what waits: once in this process, or as a worker on one queue of REDIS_URL."""
    if until_empty == (queue is not None):
        raise click.UsageError("Give either --until-empty or the name of a queue: drain or push.")
    if queue is not None:
        _take_jobs(desk, queue)
    else:
        _work_off(desk)


def _take_jobs(desk: Desk, queue: str) -> None:
    from bridge import logs, tasks
    from bridge.errors import SettingsError

    settings = desk.settings()
    if settings.redis_url is None:
        raise SettingsError(["REDIS_URL is not set; a worker of its own needs it, or use --until-empty"])
    logs.set_up(settings.log_level, settings.log_format)
    tasks.work(settings, queue)


def _work_off(desk: Desk) -> None:
    from bridge.services import work as working

    with desk.runtime() as runtime:
        left = working.until_empty(runtime)
    desk.answer({"waiting": left}, lambda: say("\n".join(left) or "Nothing waits."))


@click.command(cls=Command)
@pass_desk
def version(desk: Desk) -> None:
    """Say which version this is."""
    desk.answer({"version": __version__}, lambda: say(f"rabattkonto {__version__}"))
