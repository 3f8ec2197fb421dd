"""The direction of imports and the purity of the domain, read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each room may import of this project; the longest name that fits a module decides.
VALUES = {"bridge", "bridge.errors", "bridge.domain", "bridge.ports"}
STORAGE = VALUES | {"bridge.storage"}
EDGES = {"bridge.config", "bridge.vault", "bridge.runtime", "bridge.doorbell"}
SERVICES = STORAGE | EDGES | {"bridge.services"}
PRESENTATION = SERVICES | {"bridge.reports", "bridge.logs"}
MAY_IMPORT = {
    "adapters": {"adapters"} | VALUES - {"bridge"},
    "webhooks": SERVICES,
    "bridge.__init__": set(),
    "bridge.__main__": {"bridge.cli"},
    "bridge.errors": set(),
    "bridge.domain": {"bridge.domain", "bridge.errors", "bridge.ports"},
    "bridge.ports": {"bridge.domain", "bridge.ports"},
    "bridge.config": {"bridge.errors"},
    "bridge.vault": {"bridge.config", "bridge.errors"},
    "bridge.storage": STORAGE | {"bridge.vault"},
    "bridge.runtime": EDGES | {"bridge.ports", "bridge.storage"},
    "bridge.doorbell": {"bridge.runtime"},
    "bridge.logs": set(),
    "bridge.headers": set(),
    "bridge.services": SERVICES,
    "bridge.reports": PRESENTATION,
    "bridge.pages": PRESENTATION | {"bridge.pages"},
    "bridge.api": PRESENTATION | {"bridge.api"},
    "bridge.app": {"bridge", "adapters", "webhooks"},
    "bridge.tasks": SERVICES | {"bridge.app"},
    "bridge.clock": SERVICES | {"bridge.app"},
    "bridge.server": {"bridge.app", "bridge.config", "bridge.lifeline", "bridge.logs"},
    "bridge.embedded": {"bridge.doorbell", "bridge.errors"},
    "bridge.children": set(),
    "bridge.lifeline": set(),
    "bridge.supervisor": EDGES | {"bridge", "bridge.app", "bridge.children", "bridge.embedded", "bridge.errors"},
    "bridge.process": {"bridge"},
    "bridge.cli": {"bridge"},
    "bridge.cli.demo": {"bridge", "adapters"},
}
WHOLE = {"bridge.app", "bridge.cli", "bridge.cli.demo", "bridge.process"}
"""Where "bridge" means every module of it, not only its ``__init__``."""

IMPURE = {"flask", "requests", "redis", "rq", "sqlalchemy", "sqlmodel", "socket", "subprocess", "random", "os"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}


def sources() -> list[Path]:
    return sorted(path for package in ("bridge", "adapters", "webhooks") for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[-1] == "__init__" and len(parts) > 1 and parts != ("bridge", "__init__"):
        parts = parts[:-1]
    return ".".join(parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports; of ``from package import name`` the most exact one there is."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (exact(absolute(path, node), alias.name) for alias in node.names)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    here = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
    return ".".join([*here, *(node.module.split(".") if node.module else [])])


def exact(module: str, name: str) -> str:
    inner = ROOT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if inner.is_dir() or inner.with_suffix(".py").exists() else module


def room(module: str) -> str:
    fitting = [name for name in MAY_IMPORT if module == name or module.startswith(f"{name}.")]
    assert fitting, f"{module} stands in no room of this test's table; say what it may import"
    return max(fitting, key=len)


def allowed(module: str, imported: str) -> bool:
    home = room(module)
    for name in MAY_IMPORT[home]:
        whole = name != "bridge" or home in WHOLE
        if imported == name or (whole and imported.startswith(f"{name}.")):
            return True
    return False


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in {"bridge", "adapters", "webhooks", "tests"}}
    wrong = sorted(name for name in ours if not allowed(name_of(path), name))
    assert wrong == []


def test_imports_are_absolute() -> None:
    """Other distributions are called ``adapters`` and ``webhooks`` too: whose module it is must be plain."""
    relative = {
        name_of(path)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    }
    assert relative == set()


@pytest.mark.parametrize("path", sorted((ROOT / "bridge" / "domain").rglob("*.py")), ids=name_of)
def test_the_domain_touches_nothing_outside_and_never_reads_the_clock(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} & IMPURE == set()
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    assert [call for call in calls if any(call == clock or call.endswith(f".{clock}") for clock in CLOCKS)] == []


def test_no_module_of_the_bridge_knows_a_platform_by_name() -> None:
    """Only what people read may name one: help texts, examples and the demo that stages a shop."""
    platforms = {path.name for path in (ROOT / "adapters").iterdir() if (path / "__init__.py").exists()}
    named = {
        name_of(path)
        for path in (ROOT / "bridge").rglob("*.py")
        for imported in imports(path)
        if imported.startswith("adapters.") and imported.split(".")[1] in platforms
    }
    assert {name for name in named if not name.startswith("bridge.cli.demo")} == set()


def test_the_table_notices_a_wrong_direction() -> None:
    assert not allowed("bridge.domain.orders", "bridge.storage.db")
    assert not allowed("adapters.woocommerce.api", "bridge.services.settle")
    assert not allowed("bridge.storage.ledger", "bridge.services.settle")
    assert not allowed("webhooks", "adapters.woocommerce")
    assert allowed("bridge.services.settle", "bridge.storage.ledger")
