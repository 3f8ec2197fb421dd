"""One part of an installation: ``python -m bridge.process web | worker QUEUE | clock | migrate`` (see Procfile).

The supervisor puts ``--child-of PID DATA`` before it: such a process ends with its parent, and the data
folder in its command line lets a later start tell leftovers of its own. ``exec`` runs a foreign server.
"""

import os
import sys
from pathlib import Path

from bridge.lifeline import die_with_parent

_PATIENCE = 10
"""By how much a worker is nicer than the web process: a shop that waits for an answer comes first."""


def main(arguments: list[str]) -> None:
    """Become the part that is asked for."""
    dotenv: Path | None = Path(".env")
    if arguments[:1] == ["--child-of"]:
        die_with_parent(int(arguments[1]))
        arguments, dotenv = arguments[3:], None  # a child has all its settings in the environment
    match arguments:
        case ["exec", *command]:
            os.execv(command[0], command)  # noqa: S606 - no shell is wanted; the death signal outlives exec
        case ["web" | "worker" | "clock" | "migrate" as part, *rest]:
            _run(part, rest, dotenv)
        case _:
            sys.exit(__doc__)


def be_patient() -> None:
    """Let the web process go first when both want the machine. Called again it changes nothing."""
    if hasattr(os, "nice"):
        os.nice(max(0, _PATIENCE - os.nice(0)))


def _run(part: str, rest: list[str], dotenv: Path | None) -> None:
    # What the others do not need is imported here: exec must be quick and light.
    from bridge import app, clock, config, errors, logs, server, tasks

    try:
        settings = config.Settings.load(os.environ, dotenv)
    except errors.SettingsError as problem:
        sys.exit(str(problem))
    if part == "worker" and settings.redis_url is None:
        sys.exit("A worker of its own needs REDIS_URL; `rabattkonto serve` gives its workers the bundled queue.")
    logs.set_up(settings.log_level, settings.log_format)
    if part == "web":
        server.run_web(settings)
    elif part == "worker":
        be_patient()
        tasks.work(settings, *rest)
    elif part == "clock":
        clock.run(settings)
    else:
        app.migrate(settings)


if __name__ == "__main__":
    main(sys.argv[1:])
