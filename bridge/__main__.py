"""``python3 -m bridge ANYTHING`` is ``rabattkonto ANYTHING``, on a machine that has only Python.

In a checkout it first makes an environment beside it and installs everything there. This file and
``bridge/__init__.py`` use the standard library alone and parse on older Pythons, so that they can say so.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

OLDEST = (3, 11)
HERE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("RABATTKONTO_ENV") or HERE / ".venv")
PYTHON = HOME / "bin" / "python"
STAMP = HOME / "rabattkonto.stamp"


def main() -> None:
    """Make or refresh the environment, go on in it, and hand over to the command line."""
    if sys.version_info[:2] < OLDEST:
        this = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(
            f"rabattkonto braucht Python 3.11 oder neuer, dies ist {this}. / "
            f"rabattkonto needs Python 3.11 or newer, this is {this}."
        )
    checkout = (HERE / "pyproject.toml").exists()
    if checkout and Path(sys.prefix).resolve() != HOME.resolve():
        prepare({"test", "bench"} if sys.argv[1:2] == ["bench"] else {"test"})
        go_on_there()
    if checkout and sys.argv[1:2] == ["test"]:
        test(sys.argv[2:])
    from bridge.cli import main as command_line

    command_line()


def prepare(extras: "set[str]") -> None:
    """Install what the checkout and these extras ask for, unless that was done. Of several starts, one does it."""
    lock = open_lock()
    hold(lock)
    place, wanted = stamps()
    found = read(STAMP).decode("ascii", "replace").split()
    if found[:2] == [place, wanted] and extras <= set(found[2:]) and PYTHON.exists():
        return
    sys.stderr.write(f"rabattkonto: setting up in {HOME} (once, about half a minute) ...\n")
    # An environment of another Python or place is useless; one with other packages is brought up to date.
    if found[:1] != [place] or not PYTHON.exists():
        make()
        found = []
    extras = extras | set(found[2:])
    install(extras)
    STAMP.write_text(" ".join([place, wanted, *sorted(extras)]) + "\n", encoding="ascii")


def open_lock() -> "IO[str]":
    """The file that is locked while the environment is made; it closes when the process goes on elsewhere."""
    try:
        HOME.parent.mkdir(parents=True, exist_ok=True)
        return HOME.with_name(HOME.name + ".lock").open("w")
    except OSError as problem:
        sys.exit(
            f"Hier kann keine Umgebung angelegt werden ({problem}); RABATTKONTO_ENV nennt einen anderen Ordner. / "
            f"No environment can be made here ({problem}); name another folder by RABATTKONTO_ENV."
        )


def hold(lock: "IO[str]") -> None:
    """Wait until no other start works on the environment."""
    try:
        import fcntl
    except ImportError:
        sys.exit(
            "Unter Windows läuft rabattkonto in WSL oder Docker. / On Windows, run rabattkonto in WSL or Docker."
        )
    fcntl.flock(lock, fcntl.LOCK_EX)


def stamps() -> "tuple[str, str]":
    """For which Python and place the environment is, and what is to be in it."""
    place = f"{sys.version} {sys.base_prefix} {HERE} {HOME}".encode()
    wanted = read(HERE / "pyproject.toml") + read(HERE / "constraints.txt")
    return hashlib.sha256(place).hexdigest(), hashlib.sha256(wanted).hexdigest()


def read(path: Path) -> bytes:
    """The content, empty without the file."""
    return path.read_bytes() if path.exists() else b""


def make() -> None:
    """A fresh, empty environment."""
    try:
        import ensurepip  # noqa: F401 - Debian takes it out of Python and puts it into a package of its own
        import venv
    except ImportError:
        sys.exit(
            "Es fehlt das Paket python3-venv (Debian, Ubuntu: apt install python3-venv). / "
            "The package python3-venv is missing (Debian, Ubuntu: apt install python3-venv)."
        )
    shutil.rmtree(HOME, ignore_errors=True)
    venv.create(HOME, with_pip=True, symlinks=True)


def install(extras: "set[str]") -> None:
    """The checkout itself, editable, with what the extras need, in the versions of constraints.txt."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    what = ["--constraint", str(HERE / "constraints.txt"), "--editable", f"{HERE}[{','.join(sorted(extras))}]"]
    if subprocess.call(pip + what, env=environment()) != 0:  # noqa: S603 - our own interpreter
        sys.exit(
            "Das Einrichten ist gescheitert, der Grund steht darüber; der nächste Start versucht es wieder. / "
            "Setting up failed for the reason above; the next start tries again."
        )


def environment() -> "dict[str, str]":
    """Without what would make another Python's packages show up in ours."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}


def go_on_there() -> None:
    """The same command in the environment, in place of this process."""
    os.execve(str(PYTHON), [str(PYTHON), "-m", "bridge", *sys.argv[1:]], environment())  # noqa: S606


def test(arguments: "list[str]") -> None:
    """The whole suite on two cores, or what the arguments for pytest choose."""
    os.chdir(HERE)
    split = [] if {"-n", "-p", "--pdb"} & set(arguments) else ["-n", "2"]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *split, *arguments])  # noqa: S606


if __name__ == "__main__":
    main()
