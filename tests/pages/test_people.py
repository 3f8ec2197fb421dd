"""Logins: made, changed and closed, and what the trail keeps of it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DatabaseError
from sqlmodel import select, text

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services import trail, users
from bridge.services.users import Role
from bridge.storage.models import Deed, User
from tests.pages.conftest import PASSWORD, form_token, log_in


def post(client: FlaskClient, path: str, **form: str) -> str:
    answer = client.post(path, data={"csrf_token": form_token(client), **form}, follow_redirects=True)
    return answer.text


def deeds(runtime: Runtime) -> list[tuple[str, str, str]]:
    with runtime.db.reading() as session:
        return [(row.who, row.what, row.subject) for row in session.exec(select(Deed))]


def test_an_admin_makes_a_login_whose_password_is_shown_once(
    app: Flask, owner: FlaskClient, runtime: Runtime
) -> None:
    page = post(owner, "/people?lang=de", name="Carla", role="viewer", email="carla@shop.example")
    found = re.search(r'<code class="large">([^<]+)</code>', page)
    assert found
    assert found[1] not in owner.get("/people").text
    assert "Passwort für „Carla“" in page
    other = app.test_client()
    assert log_in(other, found[1], "Carla").location == "/"
    assert other.get("/people").status_code == 403
    assert ("berta", "login added", "login:2") in deeds(runtime)


def test_a_new_password_ends_every_session_of_that_login(app: Flask, owner: FlaskClient, runtime: Runtime) -> None:
    users.add_user(runtime, "carla", PASSWORD, Role.VIEWER)
    other = app.test_client()
    log_in(other, name="carla")
    assert other.get("/").status_code == 200
    page = post(owner, "/people/2/password")
    assert other.get("/").status_code == 302
    found = re.search(r'<code class="large">([^<]+)</code>', page)
    assert found
    assert log_in(other, found[1], "carla").location == "/"


def test_a_closed_login_is_out_at_once_and_can_be_opened_again(
    app: Flask, owner: FlaskClient, runtime: Runtime
) -> None:
    users.add_user(runtime, "carla", PASSWORD, Role.BOOKKEEPER)
    other = app.test_client()
    log_in(other, name="carla")
    post(owner, "/people/2/close")
    assert other.get("/").status_code == 302
    assert log_in(other, name="carla").status_code == 403
    post(owner, "/people/2/reopen")
    assert log_in(other, name="carla").location == "/"


def test_the_last_admin_keeps_the_role(owner: FlaskClient, runtime: Runtime) -> None:
    assert "muss übrig bleiben" in post(owner, "/people/1/role?lang=de", role="viewer")
    with pytest.raises(Refused):
        users.close(runtime, 1)
    users.add_user(runtime, "carla", PASSWORD)
    post(owner, "/people/1/role", role="viewer")
    assert owner.get("/people").status_code == 403


def test_people_change_their_own_password_only_with_the_old_one(owner: FlaskClient) -> None:
    assert "jetzige Passwort ist falsch" in post(owner, "/me/password?lang=de", old="guessed", new="another horse")
    assert "zu leicht" in post(owner, "/me/password", old=PASSWORD, new="password12345")
    post(owner, "/me/password", old=PASSWORD, new="another horse battery")
    assert log_in(owner, PASSWORD).status_code == 403
    assert log_in(owner, "another horse battery").location == "/"


def test_somebody_elses_session_cannot_be_ended(app: Flask, owner: FlaskClient, runtime: Runtime) -> None:
    users.add_user(runtime, "carla", PASSWORD)
    other = app.test_client()
    log_in(other, name="carla")
    (theirs,) = users.sessions_of(runtime, 2)
    assert "Hier ist nichts" in post(owner, f"/me/sessions/{theirs.token_hash.hex()}?lang=de")
    assert other.get("/").status_code == 200
    log_in(app.test_client())
    mine = list(users.sessions_of(runtime, 1))
    assert len(mine) == 2
    post(owner, f"/me/sessions/{mine[0].token_hash.hex()}")
    assert len(users.sessions_of(runtime, 1)) == 1


def test_the_trail_is_paged_and_can_be_read_by_admins(owner: FlaskClient, runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        for number in range(60):
            trail.note(session, runtime, None, f"something {number}", "shop:1")
    page = owner.get("/changes").text
    assert "something 59" in page
    assert "something 8<" not in page
    further = re.search(r'rel="next" href="([^"]+)"', page)
    assert further
    assert "something 8<" in owner.get(further[1].replace("&amp;", "&")).text
    assert owner.get("/changes?before=99999999999999999999").status_code == 200


@pytest.mark.parametrize("statement", ["UPDATE deed SET who = 'nobody'", "DELETE FROM deed"])
def test_the_trail_can_only_be_added_to(runtime: Runtime, statement: str) -> None:
    trail.leave(runtime, User(name="berta", password=""), "looked")
    with pytest.raises(DatabaseError, match="never changed"), runtime.db.transaction() as session:
        session.execute(text(statement))
