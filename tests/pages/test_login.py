"""Who gets in, and who does not."""

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from bridge.pages.frame import COOKIE
from bridge.pages.login import Patience
from bridge.runtime import Runtime
from bridge.services import users
from bridge.storage.models import LoginSession, User
from tests.pages.conftest import PASSWORD, form_token, log_in

OPEN = {
    "/login",
    "/healthz",
    "/readyz",
    "/version",
    "/static/",
    "/webhooks/",
    "/statement",
    "/in",
    "/out",
    "/mails/",
    "/terms/",
    "/api/",
}
"""What needs no login, by the beginning of its address: each for a reason of its own."""


def test_every_other_route_asks_for_a_login(app: Flask, visitor: FlaskClient) -> None:
    guarded = [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(tuple(OPEN))]
    assert guarded
    token = form_token(visitor)
    for rule in guarded:
        path = rule.rule.replace("<", "").replace(">", "")
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = visitor.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
            assert (answer.status_code, answer.location) == (302, "/login"), f"{method} {rule.rule}"


def test_the_right_password_opens_the_status_page(owner: FlaskClient) -> None:
    assert owner.get("/").status_code == 200


def test_a_wrong_password_does_not_and_says_so(visitor: FlaskClient) -> None:
    answer = log_in(visitor, "wrong")
    assert answer.status_code == 403
    assert "falsch" in answer.text
    assert visitor.get("/").status_code == 302


def test_an_unknown_name_gets_the_same_answer(visitor: FlaskClient) -> None:
    assert (
        log_in(visitor, "wrong", "nobody").text.count("falsch")
        == log_in(visitor, "wrong").text.count("falsch")
        == 1
    )


def test_a_form_without_its_token_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/login?lang=de", data={"name": "berta", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Formular war zu alt" in answer.text
    assert visitor.get_cookie(COOKIE) is None


def test_a_foreign_site_cannot_log_somebody_out(owner: FlaskClient) -> None:
    owner.post("/logout")
    assert owner.get("/").status_code == 200


def test_logging_out_ends_the_session_everywhere(owner: FlaskClient) -> None:
    cookie = owner.get_cookie(COOKIE)
    assert cookie
    owner.post("/logout", data={"csrf_token": form_token(owner)})
    owner.set_cookie(COOKIE, cookie.value)
    assert owner.get("/").status_code == 302


def test_a_session_that_was_revoked_in_the_database_is_over(owner: FlaskClient, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        for login in session.exec(select(LoginSession)):
            session.delete(login)
    assert owner.get("/").status_code == 302


def test_neither_password_nor_cookie_is_stored(owner: FlaskClient, runtime: Runtime) -> None:
    cookie = owner.get_cookie(COOKIE)
    assert cookie
    with runtime.db.reading() as session:
        user = session.exec(select(User)).one()
        login = session.exec(select(LoginSession)).one()
    assert user.password.startswith("$argon2id$")
    assert cookie.value.encode() not in login.token_hash


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: FlaskClient) -> None:
    header = log_in(visitor).headers.get_all("Set-Cookie")[0]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_the_fourth_wrong_password_has_to_wait(visitor: FlaskClient) -> None:
    for _ in range(3):
        assert log_in(visitor, "wrong").status_code == 403
    assert log_in(visitor).status_code == 429


def test_each_failure_doubles_the_wait_and_success_forgives() -> None:
    now = 0.0
    patience = Patience(lambda: now)
    waits = []
    for _ in range(6):
        patience.failed("somebody")
        waits.append(patience.wait("somebody"))
    assert waits == [0, 0, 2, 4, 8, 16]
    assert patience.wait("somebody else") == 0
    now = 16.0
    assert patience.wait("somebody") == 0
    patience.succeeded("somebody")
    patience.failed("somebody")
    assert patience.wait("somebody") == 0


def test_the_first_user_is_made_once(runtime: Runtime) -> None:
    assert users.ensure_first_user(runtime) is None
    with runtime.db.transaction() as session:
        session.delete(session.exec(select(User)).one())
    password = users.ensure_first_user(runtime)
    assert password
    assert users.log_in(runtime, users.FIRST, password)
