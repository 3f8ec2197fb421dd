"""``python3 -m bridge ANYTHING`` is ``rabattkonto ANYTHING``, on a machine that has only Python.

In a checkout it first makes an environment beside it and installs everything there. This file and
``bridge/__init__.py`` use the standard library alone and parse on old Pythons, so that they can say so.
"""
# ruff: noqa: UP032, S603, TRY003 - old Pythons must be able to read this; we only run our own programs

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120


def main():  # type: ignore[no-untyped-def]
    """Make or refresh the environment, go on in it, and hand over to the command line."""
    if sys.version_info[:2] < OLDEST:
        sys.exit(
            "rabattkonto braucht Python 3.11 oder neuer, dies ist {0}.{1}. / "
            "rabattkonto needs Python 3.11 or newer, this is {0}.{1}.".format(*sys.version_info)
        )
    if _in_checkout() and not _at_home():
        _prepare()
        _continue_there()
    if sys.argv[1:2] == ["test"] and _in_checkout():
        _test(sys.argv[2:])
    from bridge.cli import main as command_line

    command_line()


def _in_checkout():  # type: ignore[no-untyped-def]
    return os.path.exists(os.path.join(HERE, "pyproject.toml"))  # noqa: PTH110, PTH118


def _home():  # type: ignore[no-untyped-def]
    return os.environ.get("RABATTKONTO_ENV") or os.path.join(HERE, ".venv")  # noqa: PTH118


def _python():  # type: ignore[no-untyped-def]
    return os.path.join(_home(), "bin", "python")  # noqa: PTH118


def _at_home():  # type: ignore[no-untyped-def]
    return os.path.realpath(sys.prefix) == os.path.realpath(_home())


def _prepare():  # type: ignore[no-untyped-def]
    """Nothing, when what is installed is what the checkout asks for; one of several starts does the work."""
    try:
        lock = open(_home() + ".lock", "w")  # noqa: PTH123, SIM115 - held until this process goes on elsewhere
    except OSError as problem:
        sys.exit(
            "Hier kann keine Umgebung angelegt werden ({0}); RABATTKONTO_ENV nennt einen anderen Ordner. / "
            "No environment can be made here ({0}); name another folder by RABATTKONTO_ENV.".format(problem)
        )
    _hold(lock)
    wanted, made = _stamps()
    stamp = os.path.join(_home(), "rabattkonto.stamp")  # noqa: PTH118
    found = _read(stamp).decode("ascii", "replace").split()
    if found == [made, wanted] and os.path.exists(_python()):  # noqa: PTH110
        return
    sys.stderr.write("rabattkonto: setting up in {0} (once, about half a minute) ...\n".format(_home()))
    if found[:1] != [made] or not os.path.exists(_python()):  # noqa: PTH110
        _make()
    _install()
    with open(stamp, "w") as file:  # noqa: PTH123
        file.write("{0} {1}\n".format(made, wanted))


def _hold(lock):  # type: ignore[no-untyped-def]
    try:
        import fcntl
    except ImportError:
        sys.exit(
            "Auf Windows läuft rabattkonto in WSL oder Docker. / On Windows, run rabattkonto in WSL or Docker."
        )
    fcntl.flock(lock, fcntl.LOCK_EX)


def _stamps():  # type: ignore[no-untyped-def]
    """What is to be installed, and for which Python and place: another one of these makes the old one useless."""
    parts = [os.path.join(HERE, name) for name in ("pyproject.toml", "constraints.txt")]  # noqa: PTH118
    wanted = hashlib.sha256(b"\0".join(_read(part) for part in parts)).hexdigest()
    place = "{0} {1} {2}".format(sys.version, os.path.realpath(HERE), sys.base_prefix)
    return wanted, hashlib.sha256(place.encode()).hexdigest()


def _read(path):  # type: ignore[no-untyped-def]
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return b""


def _make():  # type: ignore[no-untyped-def]
    try:
        import ensurepip  # noqa: F401 - Debian takes it out of Python and puts it into a package of its own
        import venv
    except ImportError:
        sys.exit(
            "Es fehlt das Paket python3-venv (Debian, Ubuntu: apt install python3-venv). / "
            "The package python3-venv is missing (Debian, Ubuntu: apt install python3-venv)."
        )
    shutil.rmtree(_home(), ignore_errors=True)
    venv.create(_home(), with_pip=True, symlinks=True)


def _install():  # type: ignore[no-untyped-def]
    command = [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = os.path.join(HERE, "constraints.txt")  # noqa: PTH118
    done = subprocess.call(
        [*command, "--constraint", constraints, "--editable", HERE + "[test]"], env=_environment()
    )
    if done != 0:
        sys.exit(
            "Das Einrichten ist gescheitert; der Grund steht darüber. Der nächste Start versucht es wieder. / "
            "Setting up failed; the reason stands above. The next start tries again."
        )


def _environment():  # type: ignore[no-untyped-def]
    """Without what would make another Python's packages show up in ours."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def _continue_there():  # type: ignore[no-untyped-def]
    sys.stdout.flush()
    os.execve(_python(), [_python(), "-m", "bridge", *sys.argv[1:]], _environment())  # noqa: S606


def _test(arguments):  # type: ignore[no-untyped-def]
    """The whole suite, or what the arguments for pytest choose."""
    os.chdir(HERE)
    workers = [] if "-n" in arguments or "-p" in arguments else ["-n", "2"]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *workers, *arguments])  # noqa: S606


if __name__ == "__main__":
    main()
