"""The companion plugin for WooCommerce, and the ZIP in which the bridge hands it out.

The plugin shows credit in the shop and takes it off the basket (see ``readme.txt``). ``rabattkonto.php`` says what
hooks in where, the other files what happens there.
"""

import io
import re
from importlib.resources import files
from zipfile import ZipFile, ZipInfo

from bridge.errors import Refused

FOLDER = "rabattkonto"
PLUGIN = "rabattkonto.php"
BLANK = "const BUILT_FOR = '';"
# ZIP cannot state an earlier moment; a fixed one makes equal plugins equal files.
EPOCH = (1980, 1, 1, 0, 0, 0)
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")


def plugin_zip(bridge_host: str = "") -> bytes:
    """The ZIP that a merchant uploads to the shop; equal arguments give equal bytes.

    ``bridge_host`` (``host`` or ``host:port``) is written into the plugin, so that the shop may
    reach a bridge at a private address or an unusual port. Raises ``Refused`` for anything else.
    """
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(_entry(PLUGIN), _plugin(bridge_host))
        for name in _others():
            archive.writestr(_entry(name), _source(name))
    return packed.getvalue()


def _others() -> list[str]:
    """Everything that belongs to the plugin beside its main file."""
    found = [each.name for each in files(__package__).iterdir() if each.name.endswith((".php", ".js", ".txt"))]
    return sorted(name for name in found if name != PLUGIN)


def _plugin(bridge_host: str) -> str:
    """The plugin's source with the bridge's host in it."""
    source = _source(PLUGIN)
    return source.replace(BLANK, f"const BUILT_FOR = '{_checked(bridge_host)}';") if bridge_host else source


def _checked(host: str) -> str:
    """The host, if it is one: what passes here has no character that means anything inside a PHP string."""
    if HOST.fullmatch(host):
        return host
    raise Refused(
        f"The plugin was not built, because {host!r} is not a host with an optional port. "
        "Give the bridge's host as in shop.example or 192.168.1.20:8080."
    )


def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(f"{FOLDER}/{name}", date_time=EPOCH)
    # Otherwise the entry would name the operating system that packed it, and carry no permissions.
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry
