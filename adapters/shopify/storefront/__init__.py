"""What a merchant puts into the theme of a Shopify shop, and the ZIP in which the bridge hands it out."""

import io
from importlib.resources import files
from zipfile import ZipFile, ZipInfo

FILES = (
    "rabattkonto.liquid",
    "rabattkonto-promise.liquid",
    "rabattkonto-earned.liquid",
    "rabattkonto-meant.liquid",
    "rabattkonto-embed.liquid",
    "rabattkonto-promise-block.liquid",
    "readme.txt",
)

# ZIP cannot state an earlier moment; a fixed one makes equal contents equal files.
EPOCH = (1980, 1, 1, 0, 0, 0)


def theme_zip() -> bytes:
    """The ZIP that a merchant unpacks; it is the same for every shop, as the app proxy tells shops apart."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in FILES:
            archive.writestr(_entry(name), files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return packed.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(f"rabattkonto/{name}", date_time=EPOCH)
    # Otherwise the entry would name the operating system that packed it, and carry no permissions.
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry
