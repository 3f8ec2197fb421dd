"""Who may ask for what: tokens, scopes, shops, and how every failure is told."""

from bridge.api.everything import OPERATIONS
from bridge.services import tokens
from bridge.services.tokens import Scope
from bridge.storage.models import ApiToken
from tests.api.conftest import Program, program_of
from tests.bridge.told import Told


def test_without_a_token_that_works_nothing_is_answered(program: Program) -> None:
    for given in ("", "Basic YTpi", "Bearer", f"Bearer {program.token}x", f"Bearer {program.token[:-1]}ü"):
        answer = program.client.get("/api/v1/accounts", headers={"Authorization": given})
        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.get_json()["status"] == 401


def test_a_token_is_kept_as_a_hash_and_ends_when_it_is_revoked(books: Told, program: Program) -> None:
    with books.db.reading() as session:
        row = session.get_one(ApiToken, 1)
    assert program.token.encode() not in row.token_hash
    assert program.get("/accounts").status_code == 200
    assert tokens.listed(books.runtime)[0].used_at == books.clock.now
    tokens.revoke(books.runtime, 1)
    assert program.get("/accounts").status_code == 401


def test_each_operation_needs_its_own_scope(books: Told) -> None:
    for operation in OPERATIONS:
        without = program_of(books, [other for other in Scope if other != operation.scope])
        alone = program_of(books, [operation.scope])
        path = operation.path.replace("{account}", "nobody")
        refused, let_in = (p.get(path) if operation.method == "GET" else p.post(path, {}) for p in (without, alone))
        assert refused.status_code == 403, operation.name
        assert operation.scope in refused.get_json()["detail"]
        assert let_in.status_code in {200, 400, 404, 422}, operation.name
    assert {operation.scope for operation in OPERATIONS} == set(Scope)


def test_another_shops_accounts_are_as_unknown_as_those_that_do_not_exist(books: Told, program: Program) -> None:
    books.shop_id = 2
    foreign = books.account().token
    nobody = program.get("/accounts/nobody")
    for path in (f"/accounts/{foreign}", f"/accounts/{foreign}/entries", f"/partners/{foreign}"):
        answer = program.get(path)
        assert (answer.status_code, answer.get_json()) == (404, nobody.get_json())
    listed = {item["id"] for item in program.get("/accounts").get_json()["items"]}
    assert foreign not in listed
    assert len(listed) == 2
    books.clock.forward(minutes=1)
    assert {item["account"] for item in program.get("/entries").get_json()["items"]} == listed


def test_what_is_no_operation_is_told_as_a_problem_too(program: Program) -> None:
    for answer in (program.get("/nothing"), program.post("/accounts", {})):
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


def test_neither_session_nor_form_token_is_asked_for_or_given(program: Program) -> None:
    assert "Set-Cookie" not in program.get("/accounts").headers
    assert "Set-Cookie" not in program.post("/adjustments", {}).headers
