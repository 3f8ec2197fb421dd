"""Where HTTP ends: who asks, may they, is what they say well formed; and every failure as a problem document."""

import re
from collections.abc import Mapping

import structlog
from flask import Response, request
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bridge.api.models import FieldError, Problem
from bridge.api.operations import Call, Nothing, Operation
from bridge.api.programme import Busy
from bridge.domain.document import ProgrammeError
from bridge.errors import BridgeError, NotFound, Refused, ShopAway, ShopError
from bridge.runtime import Runtime
from bridge.services import trail
from bridge.services.once import Answer, KeyReused, StillWorking, is_key, once
from bridge.services.tokens import Bearer, recognise

log = structlog.get_logger(__name__)

_TOKEN = re.compile(r"Bearer ([\w-]{20,100})", re.ASCII | re.IGNORECASE)

_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFound, 404, "Not found"),
    (StillWorking, 409, "Still being worked on"),
    (Busy, 409, "Busy"),
    (KeyReused, 422, "Idempotency-Key was used before"),
    (Refused, 422, "Refused"),
    (ProgrammeError, 422, "The programme is wrong"),
    (ShopAway, 503, "The shop is away"),
    (ShopError, 502, "The shop refused"),
    (BridgeError, 500, "It did not work"),
)
"""The one place that turns a failure into a status; the first class that fits decides."""


class Declined(Exception):
    """A request that is answered with a problem before anything was looked up."""

    def __init__(self, status: int, title: str, detail: str, errors: list[FieldError] | None = None) -> None:
        super().__init__(detail)
        self.problem = Problem(title=title, status=status, detail=detail, errors=errors or [])


def answer(runtime: Runtime, operation: Operation, **path: str) -> Response:
    """The answer to one request."""
    try:
        return _json(_answered(runtime, operation, path))
    except Declined as declined:
        return _problem(declined.problem)
    except HTTPException as refused:
        return _problem(_of(refused.code or 500, refused.name, refused.description or ""))
    except (BridgeError, ProgrammeError) as failure:
        status, title = next((status, title) for kind, status, title in _STATUS if isinstance(failure, kind))
        return _problem(_of(status, title, str(failure)))
    except SQLAlchemyError as failure:
        log.warning("database failed", operation=operation.name, kind=type(failure).__name__)
        return _problem(_of(503, "Not now", "The database cannot be used at the moment. Ask again."))
    except Exception:  # the web edge: whoever asked gets a problem document for this, too
        log.exception("interface failed", operation=operation.name)
        return _problem(_of(500, "It did not work", "The mistake is ours; this installation has it in its log."))


def nowhere(anything: str) -> Response:
    """The answer to whatever is no operation."""
    return _problem(_of(404, "Not found", "There is no such operation; see /api/v1/openapi.json."))


def _answered(runtime: Runtime, operation: Operation, path: Mapping[str, str]) -> Answer:
    bearer = _allowed(runtime, operation)
    language = request.accept_languages.best_match(("de", "en"), runtime.settings.language)
    query = _query(operation)
    raw = _raw() if operation.body is not Nothing else b""
    body = _body(operation, raw)

    def do(mark: str) -> Answer:
        call = Call(runtime, bearer, language, path, query, body, mark)
        done = operation.handle(call).model_dump_json()
        if operation.deed:
            trail.leave(runtime, bearer.known_as, operation.deed, f"shop:{bearer.shop}")
        return Answer(operation.status, done)

    if not operation.keyed:
        return do("")
    asked = b"\0".join([operation.method.encode(), request.full_path.encode(), raw])
    return once(runtime, bearer, _key(), asked, do)


def _allowed(runtime: Runtime, operation: Operation) -> Bearer:
    given = _TOKEN.fullmatch(request.headers.get("Authorization", ""))
    bearer = recognise(runtime, given[1]) if given else None
    if bearer is None:
        raise Declined(401, "Who are you?", "Send a token that works: Authorization: Bearer rk_…")
    if operation.scope not in bearer.scopes:
        raise Declined(403, "Not allowed", f"This token lacks the scope “{operation.scope}”.")
    return bearer


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not is_key(key):
        detail = "Send an Idempotency-Key of 8 to 200 characters, a new one for each request that is to count."
        raise Declined(400, "Idempotency-Key is missing", detail)
    return key


def _raw() -> bytes:
    if request.mimetype != "application/json":
        raise Declined(415, "JSON only", "Send the body as application/json.")
    return request.get_data(cache=False)


def _query(operation: Operation) -> BaseModel:
    doubled = [name for name, values in request.args.lists() if len(values) > 1]
    if doubled:
        errors = [FieldError(field=name, detail="is given more than once") for name in doubled]
        raise Declined(400, "Parameters are wrong", "Nothing was done.", errors)
    try:
        return operation.query.model_validate(request.args.to_dict())
    except ValidationError as wrong:
        raise Declined(400, "Parameters are wrong", "Nothing was done.", _errors(wrong, "")) from None


def _body(operation: Operation, raw: bytes) -> BaseModel:
    if operation.body is Nothing:
        return Nothing()
    try:
        return operation.body.model_validate_json(raw)
    except ValidationError as wrong:
        raise Declined(400, "The body is wrong", "Nothing was done.", _errors(wrong, "/")) from None


def _errors(wrong: ValidationError, lead: str) -> list[FieldError]:
    """Which fields are wrong, without the values that were sent: they may be personal."""
    found = wrong.errors(include_url=False, include_context=False, include_input=False)
    return [FieldError(field=lead + "/".join(map(str, each["loc"])), detail=each["msg"]) for each in found]


def _json(given: Answer) -> Response:
    response = Response(given.body, given.status, mimetype="application/json")
    if given.again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _of(status: int, title: str, detail: str) -> Problem:
    return Problem(title=title, status=status, detail=detail)


def _problem(problem: Problem) -> Response:
    response = Response(problem.model_dump_json(), problem.status, mimetype="application/problem+json")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="rabattkonto"'
    if problem.status in {409, 503}:
        response.headers["Retry-After"] = "5"
    return response
