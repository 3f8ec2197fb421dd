"""What is shipped: exactly the three packages, with everything in them that is no Python too."""

import ast
import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import adapters
import bridge
import webhooks

ROOT = Path(__file__).parent.parent
PACKAGES = ("adapters", "bridge", "webhooks")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.glob("rabattkonto-*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def files() -> set[str]:
    """What lies in the packages, without what Python itself leaves there."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".pot"}
    }


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: set[str]) -> None:
    shipped = {name for name in wheel if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in shipped} == set(PACKAGES)
    assert files() - shipped == set()


def test_migrations_are_shipped(wheel: set[str]) -> None:
    assert "bridge/storage/migrations/script.py.mako" in wheel
    assert any(name.startswith("bridge/storage/migrations/versions/") for name in wheel)


def test_our_packages_are_the_ones_that_are_imported() -> None:
    """Other distributions are called ``adapters`` and ``webhooks`` too, and pip says nothing when they collide."""
    folders = {Path(str(package.__file__)).parent.parent for package in (adapters, bridge, webhooks)}
    assert folders == {ROOT}
    owners = importlib.metadata.packages_distributions()
    others = {owner for package in PACKAGES for owner in owners.get(package, [])} - {"rabattkonto"}
    assert others == set()


def test_the_bootstrap_imports_nothing_that_must_be_installed_first() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import bridge.__main__"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_the_bootstrap_and_so_say_that_it_is_too_old(name: str) -> None:
    tree = ast.parse((ROOT / "bridge" / name).read_text("utf-8"), feature_version=(3, 6))
    future = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert future == []


def test_constraints_pin_versions_and_name_no_address() -> None:
    lines = [
        line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    assert lines == sorted(lines)
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in lines)
