"""The shop platforms. Each folder here is one platform and is found by its name."""

import importlib
import pkgutil

from bridge.errors import NotFound
from bridge.ports import Platform


def names() -> list[str]:
    """The platforms that this installation knows, in alphabetical order."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)


def load(name: str) -> Platform:
    """The platform in the folder ``name``; raises ``NotFound`` with the names that exist."""
    if name not in names():
        raise NotFound(f"There is no platform “{name}”. Use one of: {', '.join(names())}.")
    platform: Platform = importlib.import_module(f"{__name__}.{name}").PLATFORM
    return platform
