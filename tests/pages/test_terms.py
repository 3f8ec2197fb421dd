"""The public page of the terms."""

from datetime import UTC, datetime

from flask.testing import FlaskClient

from bridge.runtime import Runtime
from bridge.storage import programmes
from bridge.storage.models import Shop

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROGRAMME = '[programme]\ncurrency = "EUR"\n[[earn]]\nid = "a"\nsku = "<b>"\namount = "1.50"\n'


def shop(runtime: Runtime, text: str = "") -> int:
    with runtime.db.transaction() as session:
        found = Shop(
            platform="toy", name="Toy", url="toy:", token="s3cret-part", currency="EUR", secrets=b"", added_at=AT
        )
        session.add(found)
        session.flush()
        if text:
            programmes.add(session, found.id or 0, text, None, AT, "test")
        return found.id or 0


def test_everybody_can_read_the_terms_without_a_login(runtime: Runtime, visitor: FlaskClient) -> None:
    answer = visitor.get(f"/terms/{shop(runtime, PROGRAMME)}?lang=de")
    assert answer.status_code == 200
    assert "<h1>So funktioniert Ihr Rabatt-Konto</h1>" in answer.text
    assert "1,50\u00a0€ je Stück" in answer.text
    assert "s3cret-part" not in answer.text


def test_the_page_speaks_english_too_and_writes_names_as_text(runtime: Runtime, visitor: FlaskClient) -> None:
    answer = visitor.get(f"/terms/{shop(runtime, PROGRAMME)}?lang=en")
    assert "How your Rabatt-Konto works" in answer.text
    assert "with the article number &lt;b&gt;" in answer.text


def test_the_page_allows_no_script_of_others(runtime: Runtime, visitor: FlaskClient) -> None:
    answer = visitor.get(f"/terms/{shop(runtime, PROGRAMME)}")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_without_a_programme_or_a_shop_there_is_no_page(runtime: Runtime, visitor: FlaskClient) -> None:
    assert visitor.get(f"/terms/{shop(runtime)}").status_code == 404
    assert visitor.get("/terms/99").status_code == 404
