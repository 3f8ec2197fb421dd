"""``serve`` with real processes: it heals what is killed and leaves nothing behind."""

import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from bridge import supervisor
from bridge.config import Settings
from bridge.embedded import free_port
from bridge.errors import SettingsError
from tests.patience import eventually

SERVE = """
import os
from bridge import logs, supervisor
from bridge.config import Settings
logs.set_up()
supervisor.serve(Settings.load(os.environ))
"""
PARTS = ("exec", "web", "worker drain", "worker push", "worker long", "clock")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({"RABATTKONTO_DATA": str(tmp_path / "data"), "PORT": str(free_port())})


@pytest.fixture
def serving(settings: Settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def serve() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", SERVE], env=os.environ | settings.environ()))
        assert eventually(lambda: ready(settings))
        return started[-1]

    yield serve
    for process in started:
        process.kill()
        process.wait()


def ready(settings: Settings) -> bool:
    try:
        return requests.get(f"{settings.public_url}/readyz", timeout=2).ok
    except requests.RequestException:
        return False


def of_this_run(settings: Settings) -> dict[int, str]:
    """The processes whose command line or environment names the data folder (Linux: everything of a run)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"RABATTKONTO_DATA={settings.data}" in environment and int(folder.name) != os.getpid():
            found[int(folder.name)] = command
    return found


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def test_serve_ends_on_sigterm_at_once_and_leaves_no_process(
    settings: Settings, serving: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = serving()
    commands = " | ".join(of_this_run(settings).values())
    assert all(part in commands or part == "exec" for part in PARTS)
    assert "queue.conf" in commands
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert of_this_run(settings) == {}


def test_ctrl_c_ends_it_even_where_a_script_has_that_ignored(
    settings: Settings, serving: Callable[[], subprocess.Popen[bytes]]
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = serving()
    finally:
        signal.signal(signal.SIGINT, before)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert of_this_run(settings) == {}


def test_every_part_that_is_killed_comes_back(
    settings: Settings, serving: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = serving()
    before = {pid for pid in of_this_run(settings) if pid != process.pid}
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: ready(settings))
    after = of_this_run(settings)
    assert eventually(lambda: len(of_this_run(settings)) == len(before) + 1)
    assert not before & set(after)


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_works(
    settings: Settings, serving: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = serving()
    process.kill()
    process.wait()
    assert eventually(lambda: of_this_run(settings) == {})
    second = serving()
    second.send_signal(signal.SIGINT)
    assert second.wait(10) == 0
    assert of_this_run(settings) == {}


def test_leftovers_of_an_earlier_run_are_stopped_and_strangers_are_not(settings: Settings) -> None:
    from bridge.children import stop_leftovers

    settings.data.mkdir()
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    ours = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(settings.data)])
    stranger = subprocess.Popen([sys.executable, "-c", stubborn])
    (settings.data / "processes.json").write_text(f"[{ours.pid}, {stranger.pid}, 999999999]")
    stop_leftovers(settings.data)
    assert ours.wait(1) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_serve_on_the_same_folder_is_refused_and_harms_nothing(settings: Settings) -> None:
    with supervisor.running(settings):
        other = Settings.load(settings.environ() | {"PORT": str(free_port())})
        with pytest.raises(SettingsError, match="RABATTKONTO_DATA"), supervisor.running(other):
            pass
        assert requests.get(f"{settings.public_url}/healthz", timeout=5).ok
    assert of_this_run(settings) == {}


def test_a_port_that_is_taken_is_said_before_anything_starts(settings: Settings) -> None:
    with socket.create_server((settings.host, settings.port)):
        with pytest.raises(SettingsError, match=f"PORT {settings.port}"), supervisor.running(settings):
            pass
        assert of_this_run(settings) == {}


def test_the_web_server_takes_the_requests_that_woocommerce_really_sends(settings: Settings) -> None:
    """HTTP/1.0 without keep-alive; and what is malformed gets an answer, not a hanging connection."""
    with supervisor.running(settings):
        old = raw(settings, b"POST /webhooks/woocommerce/x HTTP/1.0\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        chunked = raw(
            settings,
            b"POST /webhooks/woocommerce/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        )
        short = raw(
            settings,
            b"POST /webhooks/woocommerce/x HTTP/1.0\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}",
            cut_off=True,
        )
    assert b" 404 " in old.splitlines()[0]
    assert b" 400 " in chunked.splitlines()[0]
    assert short == b"" or b" 400 " in short.splitlines()[0]


def test_a_queue_whose_file_cannot_be_read_any_more_is_started_empty(settings: Settings) -> None:
    with supervisor.running(settings):
        pass
    for file in (settings.data / "queue" / "appendonlydir").iterdir():
        file.write_bytes(b"nonsense")
    with supervisor.running(settings):
        assert eventually(lambda: ready(settings))


def test_a_part_of_the_procfile_runs_alone_with_its_key_in_a_file(settings: Settings, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(base64.b64encode(bytes(32)).decode())
    command = [sys.executable, "-m", "bridge.process"]
    environment = os.environ | settings.environ() | {"SECRET_KEY_FILE": str(keys)}
    subprocess.run([*command, "migrate"], env=environment, check=True)
    web = subprocess.Popen([*command, "web"], env=environment)
    try:
        assert eventually(lambda: answers(settings))
        assert not (settings.data / "secret.key").exists()
        web.send_signal(signal.SIGTERM)
        assert web.wait(10) == 0
    finally:
        web.kill()
        web.wait()
    assert of_this_run(settings) == {}


def answers(settings: Settings) -> bool:
    try:
        return requests.get(f"{settings.public_url}/healthz", timeout=2).ok
    except requests.RequestException:
        return False


def raw(settings: Settings, request: bytes, cut_off: bool = False) -> bytes:
    with socket.create_connection((settings.host, settings.port), timeout=10) as connection:
        connection.sendall(request)
        if cut_off:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))
