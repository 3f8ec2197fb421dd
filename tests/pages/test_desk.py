"""The merchant's daily pages: what they show, what their buttons do, and that they stay small."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, func, select
from werkzeug.test import TestResponse

from benchmarks.desk.filled import PROGRAMME, fill
from bridge.runtime import Runtime
from bridge.services import figures, users, work
from bridge.services.users import Role
from bridge.storage.models import (
    Account,
    ArticleState,
    Case,
    Deed,
    Delivery,
    Entry,
    EntryText,
    OwnCredit,
    ProgrammeVersion,
    Proposal,
    Shop,
)
from tests.pages.conftest import PASSWORD, form_token, log_in

PAGES = (
    "/",
    "/deliveries",
    "/deliveries/5",
    "/bound",
    "/accounts",
    "/accounts?q=a",
    "/accounts/7",
    "/accounts/7/background",
    "/proposals",
    "/cases",
    "/programme",
    "/articles",
    "/articles?q=sencha",
    "/effect",
    "/shops/1/access",
)


@pytest.fixture
def shop(runtime: Runtime) -> int:
    """A shop with forty accounts on which everything there is has happened."""
    return fill(runtime, 400)


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data={"csrf_token": form_token(client), **form})


def newest(session: Session, table: type) -> object:
    return session.exec(select(table).order_by(col(table.id).desc())).first()  # type: ignore[attr-defined]


def deeds(runtime: Runtime) -> list[str]:
    with runtime.db.reading() as session:
        return [row.what for row in session.exec(select(Deed).order_by(col(Deed.id)))]


def test_every_page_is_small_and_says_everything_in_both_languages(
    owner: FlaskClient, runtime: Runtime, shop: int
) -> None:
    figures.refresh(runtime, shop)
    for page in PAGES:
        for language in ("de", "en"):
            answer = owner.get(page, query_string={"lang": language} if "?" not in page else None)
            assert answer.status_code == 200, page
            assert len(answer.data) < 100_000, page
            assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=|javascript:", answer.text), page
            assert answer.text.count("<h1") == 1, page


def test_the_status_page_says_what_is_wrong_and_has_one_button_for_it(
    owner: FlaskClient, runtime: Runtime, shop: int
) -> None:
    page = owner.get("/?lang=de").text
    assert "Eine Meldung vom Shop konnte nicht verstanden werden." in page
    assert "4 offene Fälle warten auf Ihre Entscheidung." in page
    assert "Eine Buchung von Hand wartet auf eine zweite Person." in page
    assert send(owner, "/shops/1/replay", back="pages.status").location == "/"
    with runtime.db.reading() as session:
        assert (
            session.exec(select(Delivery.state).where(Delivery.topic == "order.created")).all() == ["received"] * 2
        )
    assert deeds(runtime)[-1] == "messages replayed"


def test_a_lost_key_is_red_and_can_be_entered_again(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    with runtime.db.transaction() as session:
        session.add(
            Case(shop_id=shop, subject="shop", reason="access lost", sentence="401", opened_at=runtime.clock())
        )
    page = owner.get("/?lang=de").text
    assert 'class="card broken"' in page
    assert 'href="/shops/1/access"' in page
    answer = send(owner, "/shops/1/access", key="ck_1", secret="cs_1")
    assert answer.status_code == 409
    assert "nimmt diesen Schlüssel nicht an" in answer.text
    assert send(owner, "/shops/1/access", key="ck_1").status_code == 400


def test_an_entry_by_hand_is_booked_with_its_reason(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    assert send(owner, "/accounts/7/entry", amount="zwölf", reason="Kulanz").status_code == 400
    assert send(owner, "/accounts/7/entry", amount="1,50", reason=" ").status_code == 400
    assert send(owner, "/accounts/7/entry", amount="−1.234,56", reason="Irrtum").status_code == 303
    with runtime.db.reading() as session:
        entry = session.exec(select(Entry).where(Entry.cause == "user 1", Entry.kind == "adjustment")).one()
        assert (entry.account_id, entry.amount) == (7, -123456)
        assert [row.text for row in session.exec(select(EntryText))] == ["Irrtum"]
    assert deeds(runtime)[-1] == "entry by hand"
    assert "Korrektur" in owner.get("/accounts/7?lang=de").text


def test_above_the_limit_a_second_person_has_to_agree(
    owner: FlaskClient, app: Flask, runtime: Runtime, shop: int
) -> None:
    users.add_user(runtime, "clara", PASSWORD, Role.BOOKKEEPER)
    assert send(owner, "/shops/1/limit", limit="20,00").status_code == 303
    send(owner, "/accounts/7/entry", amount="20,00", reason="genau die Grenze")
    send(owner, "/accounts/7/entry", amount="20,01", reason="darüber")
    with runtime.db.reading() as session:
        proposal = newest(session, Proposal)
        assert isinstance(proposal, Proposal)
        assert (proposal.amount, proposal.state) == (2001, "waiting")
    agree = f"/proposals/{proposal.id}/agree"
    send(owner, agree)
    assert state_of(runtime, proposal.id) == "waiting"
    clara = app.test_client()
    log_in(clara, name="clara")
    for _ in range(2):
        send(clara, agree)
    with runtime.db.reading() as session:
        booked = session.exec(select(Entry).where(Entry.amount == 2001)).all()
        assert [entry.cause for entry in booked] == ["user 1, agreed by user 2"]
    assert state_of(runtime, proposal.id) == "booked"
    send(clara, f"/proposals/{proposal.id}/refuse")
    assert state_of(runtime, proposal.id) == "booked"


def state_of(runtime: Runtime, number: int | None) -> str:
    with runtime.db.reading() as session:
        return session.get_one(Proposal, number).state


def test_an_account_is_found_put_on_hold_and_exported(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    assert owner.get("/accounts?q=%23301").location == "/accounts/31"
    assert "Kein Konto gefunden" in owner.get("/accounts?q=niemand&lang=de").text
    send(owner, "/accounts/7/hold", paused="yes")
    with runtime.db.reading() as session:
        account = session.get_one(Account, 7)
        assert account.paused_at is not None
        assert account.stale
    assert "Angehalten seit" in owner.get("/accounts/7?lang=de").text
    send(owner, "/accounts/7/hold", paused="no")
    with runtime.db.reading() as session:
        assert session.get_one(Account, 7).paused_at is None
    answer = owner.get("/accounts/7/export")
    assert answer.json["person"]["customer"] == "7"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_lists_are_read_page_by_page(owner: FlaskClient, shop: int) -> None:
    seen: list[str] = []
    address = "/deliveries"
    while address:
        page = owner.get(address).text
        seen += re.findall(r'href="/deliveries/(\d+)"', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == len(set(seen)) == 322
    assert [int(number) for number in seen] == sorted((int(number) for number in seen), reverse=True)


def test_a_case_is_worked_off(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    page = owner.get("/cases?lang=de").text
    assert "Die Sicherung dieser Nacht ist misslungen." in page
    assert "no space left on device" in page
    number = re.search(r'action="/cases/(\d+)/done"', page)
    assert number
    for _ in range(2):
        assert send(owner, f"/cases/{number[1]}/done").status_code == 303
    assert deeds(runtime).count("case closed") == 1
    assert "Die Sicherung dieser Nacht" not in owner.get("/cases").text


def test_the_programme_is_checked_while_it_is_typed_and_without_script(owner: FlaskClient, shop: int) -> None:
    token = form_token(owner)
    form = {"csrf_token": token, "shop": "1", "document": PROGRAMME.replace('percent = "5"', 'percent = "6"')}
    part = owner.post("/programme/check?lang=de", data=form, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="checked"')
    assert "Bisher: Artikel aus der Kategorie Tee: 5\xa0% vom bezahlten Preis." in part
    whole = owner.post("/programme/check", data=form).text
    assert "<h1>Programm</h1>" in whole
    assert "Künftig: Artikel aus der Kategorie Tee: 6\xa0%" in whole
    wrong = owner.post(
        "/programme/check", data={**form, "document": PROGRAMME.replace("percent", "percnt", 1)}
    ).text
    assert "meinten Sie „percent“?" in wrong
    assert "Zeile 9" in wrong


def test_a_programme_is_put_in_force_from_a_day_on_with_what_it_warns_of_confirmed(
    owner: FlaskClient, runtime: Runtime, shop: int
) -> None:
    document = PROGRAMME.replace("months = 36", "months = 12")
    preview = send(owner, "/programme/preview?lang=de", shop="1", document=document)
    assert "Guthaben verfällt nach 12 Monaten" in preview.text
    assert send(owner, "/programme/activate", shop="1", document=document).status_code == 409
    day = f"{runtime.clock() + timedelta(days=3):%Y-%m-%d}"
    answer = send(
        owner, "/programme/activate", shop="1", document=document, confirm="12 months", reason="kürzer",
        **{"from": day},
    )  # fmt: skip
    assert answer.status_code == 303
    with runtime.db.reading() as session:
        version = newest(session, ProgrammeVersion)
        assert isinstance(version, ProgrammeVersion)
        assert (version.number, version.reason, version.activated_by) == (2, "kürzer", "user 1")
        assert version.valid_from is not None
        assert f"{version.valid_from:%H:%M}" in ("22:00", "23:00")
    assert deeds(runtime)[-1] == "programme activated"


def test_a_simulation_runs_in_a_worker_and_its_report_is_shown(
    owner: FlaskClient, runtime: Runtime, shop: int
) -> None:
    answer = send(owner, "/programme/simulate", shop="1", document=PROGRAMME.replace('"2"', '"4"'))
    assert answer.location == "/simulations/1"
    waiting = owner.get("/simulations/1?lang=de").text
    assert "<progress" in waiting
    assert 'http-equiv="refresh"' in waiting
    with runtime.db.transaction() as session:
        session.get_one(Shop, 1).nightly_at = runtime.clock()
    work._TASKS["simulate"](runtime, 1)
    done = owner.get("/simulations/1").text
    assert "Es hätte" in done
    assert "<progress" not in done
    assert "percent = &#34;4&#34;" in owner.get("/programme?simulation=1").text


def test_a_simulation_that_cannot_run_says_so(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    answer = send(owner, "/programme/simulate", shop="1", document="[programme]")
    assert answer.status_code == 400
    assert owner.get("/simulations/1").status_code == 404


def test_credit_per_article_is_typed_searched_and_listed(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    with runtime.db.transaction() as session:
        session.get_one(ArticleState, (1, "1003")).name = "=cmd()"
    typed = {
        "shop": "1",
        "was:TEE-0001": "",
        "credit:TEE-0001": "1,20",
        "was:TEE-0000": "0,75",
        "credit:TEE-0000": "",
    }
    assert send(owner, "/articles", **typed).status_code == 303
    assert own(runtime, "TEE-0001") == 120
    assert own(runtime, "TEE-0000") is None
    assert send(owner, "/articles", **{**typed, "credit:TEE-0001": "viel"}).status_code == 400
    listed = owner.get("/articles.csv?lang=de").text
    assert listed.splitlines()[0] == "\ufeffsku;amount;name;shop_credit"
    assert "TEE-0001;1,20;" in listed
    assert ";'=cmd();" in listed
    changed = listed.replace("TEE-0001;1,20;", "TEE-0001;0,90;")
    form = {"csrf_token": form_token(owner), "shop": "1", "list": (io.BytesIO(changed.encode()), "liste.csv")}
    assert owner.post("/articles/import", data=form).status_code == 303
    assert own(runtime, "TEE-0001") == 90
    form = {"csrf_token": form_token(owner), "shop": "1", "list": (io.BytesIO(b"sku,amount\nA,x\n"), "liste.csv")}
    assert owner.post("/articles/import", data=form).status_code == 400


def own(runtime: Runtime, sku: str) -> int | None:
    with runtime.db.reading() as session:
        found = session.get(OwnCredit, (1, sku))
        return found.credit if found else None


def test_a_message_shows_its_body_and_what_was_booked(owner: FlaskClient, runtime: Runtime, shop: int) -> None:
    with runtime.db.transaction() as session:
        row = session.exec(select(Delivery).where(Delivery.order_id == "id1")).one()
        row.body = b'{"id": 1, "note": "<script>alert(1)</script>"}'
        session.exec(select(Entry).where(Entry.order_id == "id1")).one()
    page = owner.get(f"/deliveries/{row.id}?lang=de").text
    assert "&lt;script&gt;alert(1)" in page
    assert "vom" in page
    assert "Buchungen aus dieser Meldung" in page
    send(owner, f"/deliveries/{row.id}/replay")
    with runtime.db.reading() as session:
        assert session.get_one(Delivery, row.id).state == "received"


def test_a_technical_message_is_german_on_german_pages_and_an_unknown_one_is_shown_as_it_is(
    owner: FlaskClient, runtime: Runtime, shop: int
) -> None:
    known = "The order cannot be understood: it has no date."
    with runtime.db.transaction() as session:
        last = session.exec(select(func.max(Delivery.id))).one() or 0
        session.get_one(Delivery, last).reason = known
        session.get_one(Delivery, last - 1).reason = "A word of <an older release>."
    german = owner.get("/deliveries", query_string={"lang": "de"}).text
    assert "Die Bestellung ist nicht zu verstehen: das Datum fehlt." in german
    assert known not in german
    assert '<p lang="en">A word of &lt;an older release&gt;.</p>' in german
    assert known in owner.get(f"/deliveries/{last}", query_string={"lang": "en"}).text
