"""Documents that are given to commands as files."""

from pathlib import Path

import click

DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)


def text_of(file: Path) -> str:
    """What stands in a file; a usage error when it is no UTF-8 text."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file} is not a UTF-8 text") from None
