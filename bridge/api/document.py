"""The OpenAPI 3.1 document, made from the operations."""

import json
import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bridge.api.everything import OPERATIONS
from bridge.api.models import Problem
from bridge.api.operations import Nothing, Operation

_PLACE = "#/components/schemas/{model}"

_ABOUT = (
    "Money is minor units and a currency, moments are UTC. A token is for one shop; `rabattkonto token add` makes"
    " one. Lists are read with the cursor that the answer before gave as `next`. What must not count twice needs"
    " an Idempotency-Key: the same key with the same input gets the same answer for seven days, with another"
    " input it is refused."
)

_TOKEN = {"type": "http", "scheme": "bearer", "description": "A token of one shop, with scopes."}


@cache
def document() -> str:
    """The whole document as JSON, the same to the byte whenever the operations are."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "rabattkonto", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": {"token": _TOKEN}, "schemas": _schemas()},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Scope: `{operation.scope}`.",
        "parameters": [*_of_path(operation), *_of_query(operation), *_key(operation)],
        "responses": {
            str(operation.status): _content("The answer", "application/json", operation.answer),
            "default": _content("What went wrong", "application/problem+json", Problem),
        },
    }
    if operation.body is not Nothing:
        found["requestBody"] = {"required": True, **_content("", "application/json", operation.body)}
        del found["requestBody"]["description"]
    return found


def _of_path(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _of_query(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": about}
        for name, about in schema.get("properties", {}).items()
    ]


def _key(operation: Operation) -> list[dict[str, Any]]:
    if not operation.keyed:
        return []
    schema = {"type": "string", "minLength": 8, "maxLength": 200}
    return [{"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}]


def _content(description: str, media: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": _PLACE.format(model=model.__name__)}
    return {"description": description, "content": {media: {"schema": schema}}}


def _schemas() -> dict[str, Any]:
    """Every model as it is on the wire; ours have one form for both directions, and one name each."""
    answers = {operation.answer for operation in OPERATIONS} | {Problem}
    bodies = {operation.body for operation in OPERATIONS if operation.body is not Nothing}
    wanted = sorted(answers | bodies, key=lambda model: model.__name__)
    _, found = models_json_schema([(model, "validation") for model in wanted], ref_template=_PLACE)
    schemas: dict[str, Any] = found["$defs"]
    return dict(sorted(schemas.items()))
