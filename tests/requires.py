"""Tools outside Python that some tests need: found, or skipped with a reason, or demanded.

``RABATTKONTO_REQUIRE=php,chromium`` makes a missing tool a failure; the build server sets it.
"""

import os
import shutil

import pytest

# What a tool is called where, and the Debian package that brings it.
COMMANDS = {"chromium": ("chromium", "chromium-browser", "google-chrome")}
PACKAGES = {"php": "php-cli"}


def need(tool: str) -> str:
    """The path of a tool; skips the test without it, or fails it where the tool is demanded."""
    for command in COMMANDS.get(tool, (tool,)):
        if path := shutil.which(command):
            return path
    reason = f"{tool} is not installed; on Debian and Ubuntu: apt-get install {PACKAGES.get(tool, tool)}"
    demanded = os.environ.get("RABATTKONTO_REQUIRE", "").replace(",", " ").split()
    if tool in demanded:
        pytest.fail(f"{reason} (RABATTKONTO_REQUIRE demands it)")
    pytest.skip(reason, allow_module_level=True)
