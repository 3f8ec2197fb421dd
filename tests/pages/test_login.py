"""Who gets in, and who does not."""

import dataclasses
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlmodel import select

from bridge.pages.frame import COOKIE
from bridge.runtime import Runtime
from bridge.services import patience, users
from bridge.storage.models import Failure, LoginSession, User
from tests.fakes import FakeClock
from tests.pages.conftest import PASSWORD, form_token, log_in


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


def test_each_attempt_doubles_the_wait_and_success_forgives(runtime: Runtime) -> None:
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    here = dataclasses.replace(runtime, clock=clock)
    for _ in range(3):
        assert patience.knock(here, "somebody", "1.2.3.4") == 0
    waits = []
    for _ in range(10):
        waits.append(patience.knock(here, "somebody", "1.2.3.4"))
        clock.now += timedelta(seconds=waits[-1])
        assert patience.knock(here, "SOMEBODY ", "1.2.3.4") == 0
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert patience.knock(here, "somebody", "5.6.7.8") == 0
    patience.welcome(here, "somebody", "1.2.3.4")
    assert patience.knock(here, "somebody", "1.2.3.4") == 0


def test_one_address_cannot_try_many_names_for_free(runtime: Runtime) -> None:
    waits = [patience.knock(runtime, f"name{number}", "1.2.3.4") for number in range(21)]
    assert waits[:20] == [0] * 20
    assert waits[20] > 0


def test_what_is_counted_names_neither_people_nor_addresses(visitor: FlaskClient, runtime: Runtime) -> None:
    log_in(visitor, "wrong")
    with runtime.db.reading() as session:
        kept = [row.subject for row in session.exec(select(Failure))]
    assert len(kept) == 3
    assert not any(b"berta" in subject or b"127" in subject for subject in kept)


def test_the_first_user_is_made_once(runtime: Runtime) -> None:
    assert users.ensure_first_user(runtime) is None
    with runtime.db.transaction() as session:
        session.delete(session.exec(select(User)).one())
    password = users.ensure_first_user(runtime)
    assert password
    assert users.log_in(runtime, users.FIRST, password)
