"""The web server: granian with one process and many blocking threads, waitress where granian has no wheel.

One process, because one writer thread can then group the deliveries of all requests into one commit.
"""

import importlib.util
import os
import signal

from flask import Flask

from bridge import logs
from bridge.app import create_app
from bridge.config import NAMES, Settings
from bridge.lifeline import die_with_parent

THREADS = 32


def run_web(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    if importlib.util.find_spec("granian") is None:
        _waitress(settings)
    else:
        _granian(settings)


def application() -> Flask:
    """What granian's own process loads. It reads its settings from the environment."""
    settings = Settings.load(os.environ)
    logs.set_up(settings.log_level, settings.log_format)
    return create_app(settings)


def application_of_child() -> Flask:
    """The same, in a process that must not outlive the server that started it."""
    die_with_parent(int(os.environ["WEB_PARENT"]), signal.SIGKILL)
    return application()


def _granian(settings: Settings) -> None:
    for name in NAMES:
        os.environ.pop(name, None)  # the settings as they are now, not mixed with what they came from
    os.environ.update(settings.environ())
    serve("bridge.server:application_of_child", settings.host, settings.port)


def serve(target: str, host: str, port: int) -> None:
    """Have granian serve what the function ``target`` ("module:name") makes, the way it serves us."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    os.environ["WEB_PARENT"] = str(os.getpid())
    Granian(
        target,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=5,
    ).serve()


def _waitress(settings: Settings) -> None:
    import waitress

    waitress.serve(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        max_request_body_size=settings.max_body_bytes + 1,
        ident=None,
    )
