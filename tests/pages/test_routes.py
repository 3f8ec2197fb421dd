"""Every route of the application, and who may use it. A route that is not in the table fails the test."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bridge.runtime import Runtime
from bridge.services import users
from bridge.services.users import Role
from tests.pages.conftest import PASSWORD, form_token, log_in

TABLE = """
GET   /                                  viewer
GET   /accounts                          viewer
GET   /accounts/<int:number>             viewer
GET   /accounts/<int:number>/background  viewer
POST  /accounts/<int:number>/entry       bookkeeper
GET   /accounts/<int:number>/export      bookkeeper
POST  /accounts/<int:number>/hold        bookkeeper
POST  /accounts/<int:number>/proof       bookkeeper
GET   /articles                          viewer
POST  /articles                          admin
GET   /articles.csv                      viewer
POST  /articles/import                   admin
GET   /bound                             viewer
GET   /cases                             viewer
POST  /cases/<int:number>/done           bookkeeper
DELETE /api/v1/<path:anything>           token
GET   /api/v1/<path:anything>            token
PATCH /api/v1/<path:anything>            token
POST  /api/v1/<path:anything>            token
PUT   /api/v1/<path:anything>            token
GET   /api/v1/accounts                   token
GET   /api/v1/accounts/<account>         token
GET   /api/v1/accounts/<account>/entries token
POST  /api/v1/adjustments                token
GET   /api/v1/entries                    token
GET   /api/v1/openapi.json               open
GET   /api/v1/partners                   token
POST  /api/v1/partners                   token
GET   /api/v1/partners/<account>         token
GET   /api/v1/programme                  token
POST  /api/v1/programme                  token
POST  /api/v1/trials                     token
GET   /api/v1/vouchers                   token
POST  /api/v1/vouchers                   token
POST  /api/v1/vouchers/withdrawals       token
GET   /changes                           admin
GET   /deliveries                        viewer
GET   /deliveries/<int:number>           viewer
POST  /deliveries/<int:number>/replay    bookkeeper
GET   /effect                            viewer
GET   /healthz                           open
GET   /in                                open
POST  /in                                open
GET   /in/<shop_token>                   key
GET   /in/mail/<link>                    key
GET   /login                             open
POST  /login                             open
POST  /logout                            viewer
GET   /mails/off/<link>                  key
POST  /mails/off/<link>                  signed
GET   /me                                viewer
POST  /me/email                          viewer
POST  /me/password                       viewer
POST  /me/sessions/<reference>           viewer
GET   /metrics                           token
POST  /out                               open
GET   /people                            admin
POST  /people                            admin
POST  /people/<int:user_id>/close        admin
POST  /people/<int:user_id>/password     admin
POST  /people/<int:user_id>/reopen       admin
POST  /people/<int:user_id>/role         admin
POST  /people/<int:user_id>/sessions     admin
GET   /programme                         viewer
POST  /programme/activate                admin
POST  /programme/check                   viewer
POST  /programme/preview                 admin
POST  /programme/simulate                bookkeeper
GET   /proposals                         viewer
POST  /proposals/<int:number>/agree      bookkeeper
POST  /proposals/<int:number>/refuse     bookkeeper
GET   /proxy/<platform>/<token>/account  signed
GET   /proxy/<platform>/<token>/statement  signed
GET   /questions/<int:number>            viewer
POST  /questions/<int:number>            bookkeeper
GET   /readyz                            open
GET   /setup                             admin
GET   /setup/<int:shop_id>/life          admin
POST  /setup/<int:shop_id>/life          admin
GET   /setup/<int:shop_id>/live          admin
POST  /setup/<int:shop_id>/live          admin
GET   /setup/<int:shop_id>/paid          admin
POST  /setup/<int:shop_id>/paid          admin
GET   /setup/<int:shop_id>/plugin        admin
POST  /setup/<int:shop_id>/plugin        admin
GET   /setup/<int:shop_id>/programme     admin
POST  /setup/<int:shop_id>/programme     admin
GET   /setup/<int:shop_id>/rabattkonto.zip  admin
POST  /setup/<int:shop_id>/webhooks      admin
POST  /setup/answer/<platform>           sealed
GET   /setup/connect                     admin
POST  /setup/connect                     admin
GET   /setup/connecting                  admin
GET   /setup/return                      admin
GET   /setup/shop                        admin
POST  /setup/shop                        admin
GET   /shops/<int:shop_id>/access        admin
POST  /shops/<int:shop_id>/access        admin
POST  /shops/<int:shop_id>/figures       bookkeeper
POST  /shops/<int:shop_id>/limit         admin
POST  /shops/<int:shop_id>/reconcile     bookkeeper
POST  /shops/<int:shop_id>/replay        bookkeeper
POST  /shops/<int:shop_id>/webhooks      admin
GET   /simulations/<int:number>          viewer
GET   /start                             key
POST  /start                             key
GET   /start/<secret>                    key
GET   /statement                         key
GET   /statement.csv                     key
GET   /statement/<token>/<key>           key
POST  /statement/automatic               key
GET   /statement/entries/<int:entry>     key
POST  /statement/entries/<int:entry>     key
POST  /statement/guests                  key
POST  /statement/mails                   key
GET   /statement/partner                 key
GET   /statement/partner/<int:year>      key
GET   /statement/print                   key
GET   /static/<path:filename>            open
GET   /terms/<int:shop_id>               open
GET   /version                           open
"""
"""Who may come: everybody (open); whoever has an unguessable key in the address or in the browser (key), or a
bearer token (token); a shop that signs (signed) or sends back a text that we sealed (sealed), neither of which has
a form of ours with its token; or a login with at least this role."""

ROLES = ("viewer", "bookkeeper", "admin")
Row = tuple[str, str, str]


def rows() -> list[Row]:
    return [(method, rule, who) for method, rule, who in (line.split() for line in TABLE.split("\n") if line)]


def guarded(*methods: str) -> list[Row]:
    return [row for row in rows() if row[2] in ROLES and row[0] in methods]


def address(rule: str) -> str:
    """A rule with objects that do not exist."""
    for part in ("<int:user_id>", "<int:shop_id>", "<int:account_id>", "<int:number>", "<int:entry>", "<int:year>"):
        rule = rule.replace(part, "9999")
    return rule.replace("<", "no-").replace(">", "").replace(":", "-")


@pytest.fixture
def people(app: Flask, runtime: Runtime) -> dict[str, FlaskClient]:
    """A logged-in browser for each role, and one of nobody."""
    found = {"nobody": app.test_client()}
    for role in ROLES:
        users.add_user(runtime, f"the {role}", PASSWORD, Role(role))
        found[role] = app.test_client()
        assert log_in(found[role], name=f"the {role}").status_code == 302
    return found


def send(client: FlaskClient, method: str, rule: str, **form: str) -> tuple[int, str | None]:
    answer = client.open(address(rule), method=method, data=form if method != "GET" else None)
    answer.close()
    return answer.status_code, answer.location


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {(method, rule) for method, rule, _ in rows()}


def test_nobody_is_sent_to_the_login(people: dict[str, FlaskClient]) -> None:
    nobody = people["nobody"]
    token = form_token(nobody)
    for method, rule, _ in guarded("GET", "POST"):
        assert send(nobody, method, rule, csrf_token=token) == (302, "/login"), f"{method} {rule}"


def lower(who: str) -> Iterator[str]:
    return (role for role in ROLES if ROLES.index(role) < ROLES.index(who))


def test_a_role_too_low_is_refused_and_the_right_one_is_not(people: dict[str, FlaskClient]) -> None:
    tokens = {role: form_token(people[role]) for role in ROLES}
    for method, rule, who in guarded("GET", "POST"):
        for role in lower(who):
            status, _ = send(people[role], method, rule, csrf_token=tokens[role])
            assert status == 403, f"{role}: {method} {rule}"
        if rule != "/logout":
            status, location = send(people[who], method, rule, csrf_token=tokens[who])
            assert status != 403, f"{who}: {method} {rule}"
            assert location != "/login", f"{who}: {method} {rule}"


def test_a_form_without_its_token_changes_nothing(people: dict[str, FlaskClient]) -> None:
    for method, rule, who in rows():
        if method == "POST" and who not in ("signed", "sealed", "token"):
            status, _ = send(people.get(who, people["nobody"]), method, rule)
            assert status == 400, f"{method} {rule}"


def test_no_program_is_answered_without_its_token(people: dict[str, FlaskClient]) -> None:
    for method, rule, who in rows():
        if rule.startswith("/api/") and who == "token":
            status, _ = send(people["admin"], method, rule)
            assert status == (404 if "anything" in rule else 401), f"{method} {rule}"


def test_whoever_was_not_let_in_finds_no_account(people: dict[str, FlaskClient]) -> None:
    token = form_token(people["admin"])
    for method, rule, who in rows():
        if who == "key" and not rule.startswith("/start"):
            status, _ = send(people["admin"], method, rule, csrf_token=token)
            assert status == 404, f"{method} {rule}"


def test_an_object_that_does_not_exist_is_not_found(people: dict[str, FlaskClient]) -> None:
    for method, rule, who in rows():
        if "<" in rule and who != "token":
            client = people.get(who, people["nobody"])
            status, _ = send(client, method, rule, csrf_token=form_token(client), role="viewer")
            assert status == (403 if who == "sealed" else 404), f"{method} {rule}"


def test_a_part_of_a_page_is_not_replaced_by_a_login_form(people: dict[str, FlaskClient]) -> None:
    answer = people["nobody"].get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login")
