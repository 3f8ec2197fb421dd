"""What programs read and do."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from openapi_spec_validator import validate
from sqlmodel import select

import bridge.api
from bridge.api.document import document
from bridge.api.everything import OPERATIONS
from bridge.pages.words import DEEDS
from bridge.services.tokens import Scope
from bridge.storage.models import ApiAnswer, Deed, ProgrammeVersion
from tests.api.conftest import Program, program_of
from tests.bridge.told import TEN_PERCENT, Told
from tests.builders import line, order

KULANZ = {"customer": "anna", "amount": {"amount": 250, "currency": "EUR"}, "reason": "Kulanz"}


def euro(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "EUR"}


def test_an_account_is_told_with_its_figures(books: Told, program: Program) -> None:
    (anna,) = program.get("/accounts", customer="anna").get_json()["items"]
    assert {k: anna[k] for k in ("customer", "balance", "pending", "available", "automatic", "guest")} == {
        "customer": "anna",
        "balance": euro(1000),
        "pending": euro(0),
        "available": euro(1000),
        "automatic": True,
        "guest": False,
    }
    books.offer(1000)
    details = program.get(f"/accounts/{anna['id']}").get_json()
    assert details["code"] == {"code": "guthaben-anna-1", "worth": euro(1000), "state": "live"}


def test_lists_are_read_to_their_end_part_by_part(books: Told, program: Program) -> None:
    books.tell(*(order(line(paid=100 * n), id=f"10{n:02}") for n in range(10, 15)))
    whole = [line.entry.balance_after for line in books.statement().lines][::-1]
    token, seen, cursor = books.account().token, [], ""
    while cursor is not None:
        page = program.get(f"/accounts/{token}/entries", limit=2, cursor=cursor).get_json()
        seen += page["items"]
        cursor = page["next"]
    assert [entry["balance_after"]["amount"] for entry in seen] == whole
    assert len({entry["id"] for entry in seen}) == len(whole)
    accounts = program.get("/accounts", limit=1).get_json()
    rest = program.get("/accounts", limit=1, cursor=accounts["next"]).get_json()
    assert (rest["items"][0]["customer"], rest["next"]) == ("bert", None)


def test_whoever_keeps_the_place_learns_what_is_booked_later(books: Told, program: Program) -> None:
    assert program.get("/entries").get_json() == {"items": [], "next": None}
    books.clock.forward(minutes=1)
    place = program.get("/entries").get_json()["next"]
    assert program.get("/entries", cursor=place).get_json() == {"items": [], "next": place}
    books.tell(order(line(paid=3000, name="Schal"), id="1003"))
    books.clock.forward(minutes=1)
    program.headers["Accept-Language"] = "en"
    (new,) = program.get("/entries", cursor=place).get_json()["items"]
    assert (new["amount"], new["explanation"]) == (euro(300), "Schal: 10% of €30.00 = €3.00")


def test_an_adjustment_counts_once_for_its_key(books: Told, program: Program) -> None:
    first = program.post("/adjustments", KULANZ, key="adjust-0001")
    again = program.post("/adjustments", KULANZ, key="adjust-0001")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.get_json()["amount"] == euro(250)
    assert first.get_json()["explanation"].endswith("– Kulanz")
    assert books.account().balance == 1250
    assert books.verify() == []


def test_the_same_key_with_another_input_is_refused(books: Told, program: Program) -> None:
    program.post("/adjustments", KULANZ, key="adjust-0001")
    other = program.post("/adjustments", KULANZ | {"amount": euro(999)}, key="adjust-0001")
    assert other.status_code == 422
    assert "new key" in other.get_json()["detail"]
    assert books.account().balance == 1250


def test_a_request_that_was_killed_after_booking_is_not_booked_again(books: Told, program: Program) -> None:
    program.post("/adjustments", KULANZ, key="adjust-0001")
    with books.db.transaction() as session:
        session.get_one(ApiAnswer, (1, "adjust-0001")).status = None
    busy = program.post("/adjustments", KULANZ, key="adjust-0001")
    assert (busy.status_code, busy.headers["Retry-After"]) == (409, "5")
    books.clock.forward(minutes=2)
    assert program.post("/adjustments", KULANZ, key="adjust-0001").status_code == 201
    assert books.account().balance == 1250


def test_what_fails_leaves_its_key_free(books: Told, program: Program) -> None:
    refused = program.post("/adjustments", KULANZ | {"amount": euro(0)}, key="adjust-0001")
    assert refused.status_code == 422
    assert program.post("/adjustments", KULANZ, key="adjust-0001").status_code == 201
    foreign = KULANZ | {"amount": {"amount": 1, "currency": "USD"}}
    assert "sells in EUR" in program.post("/adjustments", foreign, key="adjust-0002").get_json()["detail"]


def test_two_programs_do_not_share_keys(books: Told, program: Program) -> None:
    other = program_of(books, [Scope.ADJUST])
    entries = {p.post("/adjustments", KULANZ, key="adjust-0001").get_json()["id"] for p in (program, other)}
    assert len(entries) == 2
    assert books.account().balance == 1500


def test_a_wrong_body_names_the_field_and_not_the_value(program: Program) -> None:
    wrong: list[tuple[object, str]] = [
        (KULANZ | {"amount": {"amount": "2.50", "currency": "EUR"}}, "/amount/amount"),
        (KULANZ | {"amount": {"amount": 2.5, "currency": "EUR"}}, "/amount/amount"),
        (KULANZ | {"amount": {"amount": 10**15, "currency": "EUR"}}, "/amount/amount"),
        (KULANZ | {"amuont": 1}, "/amuont"),
        ({"customer": "anna"}, "/amount"),
        ([], "/"),
    ]
    for body, field in wrong:
        answer = program.post("/adjustments", body, key="adjust-0001")
        assert answer.status_code == 400
        assert field in [error["field"] for error in answer.get_json()["errors"]]
        assert "anna" not in answer.text


def test_a_wrong_question_is_told_as_such(program: Program) -> None:
    assert program.post("/adjustments", KULANZ).status_code == 400
    assert program.get("/accounts", limit=1000).status_code == 400
    assert program.get("/accounts", unknown=1).get_json()["errors"][0]["field"] == "unknown"
    assert (
        program.client.get(
            "/api/v1/accounts?limit=1&limit=2", headers={"Authorization": f"Bearer {program.token}"}
        ).get_json()["errors"][0]["field"]
        == "limit"
    )
    for cursor in ("x", "!!!!", "LTE", "MSwy", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"):
        assert program.get("/accounts", cursor=cursor).status_code in {200, 422}
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "text/plain"}
    assert program.client.post("/api/v1/trials", data="{}", headers=headers).status_code == 415
    headers["Content-Type"] = "application/json"
    assert program.client.post("/api/v1/trials", data="{", headers=headers).status_code == 400


def test_vouchers_are_made_once_listed_and_withdrawn(books: Told, program: Program) -> None:
    wish = {"value": euro(500), "last_day": "2026-12-31", "count": 3}
    made = program.post("/vouchers", wish, key="vouchers-0001").get_json()
    with books.db.transaction() as session:
        session.delete(session.get_one(ApiAnswer, (1, "vouchers-0001")))
    assert program.post("/vouchers", wish, key="vouchers-0001").get_json()["codes"] == made["codes"]
    page = program.get("/vouchers", limit=2).get_json()
    rest = program.get("/vouchers", limit=2, cursor=page["next"]).get_json()
    assert [item["code"] for item in page["items"] + rest["items"]] == made["codes"]
    assert rest["items"][0]["value"] == euro(500)
    assert program.post("/vouchers/withdrawals", {"batch": made["batch"]}).get_json() == {"withdrawn": 3}
    assert program.post("/vouchers/withdrawals", {}).status_code == 422


def test_partners_are_enrolled_and_read(books: Told, program: Program) -> None:
    made = program.post("/partners", {"customer": "anna", "code": "Anna-Tee"}).get_json()
    assert (made["customer"], made["code"]) == ("anna", "anna-tee")
    assert program.get("/partners").get_json()["items"] == [made]
    assert program.get(f"/partners/{made['account']}").get_json() == made | {"earned": {}}
    assert program.post("/partners", {"customer": "bert", "code": "anna-tee"}).status_code == 422


def test_a_programme_is_read_and_another_one_tried(books: Told, program: Program) -> None:
    found = program.get("/programme").get_json()
    assert (found["current"], found["versions"][0]["document"]) == (1, TEN_PERCENT)
    trial = program.post("/trials", {"document": TEN_PERCENT.replace("10", "20")})
    total = trial.get_json()["total"]
    assert (total["running"]["earned"], total["simulated"]["earned"]) == (euro(1500), euro(3000))
    wrong = program.post("/trials", {"document": TEN_PERCENT + "surprise = 1"})
    assert (wrong.status_code, wrong.mimetype) == (422, "application/problem+json")
    assert "surprise" in wrong.get_json()["detail"]


TWENTY_PERCENT = TEN_PERCENT.replace("10", "20")


def test_a_programme_is_put_in_force_once_by_the_token(books: Told, program: Program) -> None:
    wish = {"document": TWENTY_PERCENT, "reason": "Sommer"}
    first = program.post("/programme", wish, "activate-1")
    again = program.post("/programme", wish, "activate-1")
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    with books.db.reading() as session:
        versions = session.exec(select(ProgrammeVersion)).all()
    (newest,) = [row for row in versions if row.shop_id == 1 and row.number == 2]
    assert (newest.activated_by, newest.reason, newest.document) == ("token:1", "Sommer", TWENTY_PERCENT)
    assert program.get("/programme").get_json()["current"] == 2
    assert len([row for row in versions if row.shop_id == 2]) == 1, "another shop's programme was changed"


def test_a_request_that_was_interrupted_after_the_version_was_kept_makes_no_second_one(
    books: Told, program: Program
) -> None:
    wish = {"document": TWENTY_PERCENT}
    number = program.post("/programme", wish, "activate-1").get_json()["number"]
    assert program.post("/programme", wish, "other-key").get_json()["number"] == number


def test_a_programme_begins_at_the_moment_that_is_asked_for(books: Told, program: Program) -> None:
    later = (books.clock.now + timedelta(days=3)).astimezone(ZoneInfo("Europe/Berlin"))
    wish = {"document": TWENTY_PERCENT, "valid_from": later.isoformat()}
    told = program.post("/programme", wish, "activate-1").get_json()
    assert datetime.fromisoformat(told["valid_from"]) == later
    assert program.get("/programme").get_json()["current"] == 1


def test_what_the_page_refuses_is_refused_and_changes_nothing(program: Program) -> None:
    short = TWENTY_PERCENT + "[expiry]\nmonths = 12\n"
    naive = {"document": TWENTY_PERCENT, "valid_from": "2026-12-01T00:00:00"}
    refused = [
        program.post("/programme", {"document": TEN_PERCENT + "surprise = 1"}, "wrong-document"),
        program.post("/programme", {"document": TEN_PERCENT.replace("EUR", "USD")}, "wrong-currency"),
        program.post("/programme", {"document": short}, "unconfirmed"),
        program.post("/programme", {"document": TWENTY_PERCENT}),
        program.post("/programme", naive, "no-time-zone"),
    ]
    assert [answer.status_code for answer in refused] == [422, 422, 422, 400, 400]
    assert {answer.mimetype for answer in refused} == {"application/problem+json"}
    assert program.get("/programme").get_json()["current"] == 1
    confirmed = program.post("/programme", {"document": short, "confirmed": ["12 months"]}, "confirmed")
    assert (confirmed.status_code, len(confirmed.get_json()["cautions"])) == (201, 1)


def test_a_document_that_was_wrong_leaves_its_key_free(program: Program) -> None:
    wrong = {"document": TEN_PERCENT + "surprise = 1"}
    assert [program.post("/programme", wrong, "same-key").status_code for _ in range(2)] == [422, 422]


def test_the_document_is_valid_and_the_committed_one_is_the_newest(program: Program) -> None:
    validate(json.loads(document()))
    committed = Path(bridge.api.__file__).parent / "openapi.json"
    assert committed.read_text("utf-8") == document(), "CONTRIBUTING.md says how to write it anew"
    served = program.client.get("/api/v1/openapi.json")
    assert served.get_json() == json.loads(document())
    for answer, path in (("/accounts", "/accounts"), ("/programme", "/programme")):
        assert program.get(answer).status_code == 200
        assert path in served.get_json()["paths"]


def test_what_a_program_changes_is_in_the_trail_once(books: Told, program: Program) -> None:
    for _ in range(2):
        program.post("/adjustments", KULANZ, key="adjust-0001")
    program.post("/adjustments", KULANZ | {"customer": "nobody"}, key="adjust-0002")
    with books.db.reading() as session:
        rows = session.exec(select(Deed).where(Deed.what != "token made")).all()
    assert [(row.who, row.what, row.subject) for row in rows] == [
        ("token:1 (accounting)", "entry by hand", "shop:1")
    ]


def test_every_operation_that_changes_something_says_what_it_did() -> None:
    posts = {operation.name: operation.deed for operation in OPERATIONS if operation.method != "GET"}
    assert [name for name, deed in posts.items() if not deed] == ["try_programme"]
    assert {deed for deed in posts.values() if deed} <= DEEDS.keys()
