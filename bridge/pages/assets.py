"""Style and script: our own and the vendored ones, compressed once, kept by browsers until they change."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from flask.blueprints import BlueprintSetupState

from bridge.pages.frame import open_to_all
from bridge.runtime import Runtime

FOLDER = Path(__file__).parent / "static"
FILES = frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route, and ``asset`` for templates."""

    @pages.get("/static/<path:filename>")
    @open_to_all
    def static(filename: str) -> Response:
        if filename not in FILES:
            abort(404)
        return _answer(filename)

    @pages.record_once
    def prepare(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals.update(asset=asset)


def asset(filename: str) -> str:
    """The address of a file, which changes with its content."""
    return _address(request.script_root, filename)


@cache
def _address(_root: str, filename: str) -> str:
    """Worked out once for each root under which the pages stand: files do not change while we run."""
    digest = hashlib.sha256(_content(filename)).hexdigest()[:12]
    return url_for("pages.static", filename=filename, v=digest)


def _answer(filename: str) -> Response:
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    packed = request.accept_encodings["gzip"] > 0
    response = Response(_packed(filename) if packed else _content(filename), mimetype=kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache
def _content(filename: str) -> bytes:
    return (FOLDER / filename).read_bytes()


@cache
def _packed(filename: str) -> bytes:
    return gzip.compress(_content(filename), mtime=0)
