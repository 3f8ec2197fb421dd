"""The address that shops send to: what is answered, and what is then in the inbox."""

import dataclasses
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from bridge.app import web
from bridge.doorbell import RedisBell, Ringer
from bridge.embedded import free_port
from bridge.runtime import Runtime
from bridge.storage.db import Database
from tests.frame.conftest import ToldBell
from tests.webhooks.conftest import NOW, TOKEN, kept, set_secret

PATH = f"/webhooks/toy/{TOKEN}"
SIGNED = {"X-Toy-Signature": "s3cret", "X-Toy-Topic": "order.updated", "Content-Type": "application/json"}


@pytest.mark.parametrize("path", [PATH, PATH + "/"])
def test_a_signed_delivery_is_kept_raw_then_answered_and_rung(
    client: FlaskClient, runtime: Runtime, bell: ToldBell, path: str
) -> None:
    answer = client.post(path, data=b"\xff not json", headers=SIGNED)
    assert answer.status_code == 200
    (delivery,) = kept(runtime)
    assert (delivery.body, delivery.topic, delivery.origin) == (b"\xff not json", "order.updated", "http://toy/")
    assert (delivery.received_at, delivery.state) == (NOW, "received")
    assert delivery.headers == {"x-toy-topic": "order.updated"}
    assert bell.rung == [("drain", delivery.shop_id)]


def test_a_wrong_signature_is_refused_and_nothing_is_kept(
    client: FlaskClient, runtime: Runtime, bell: ToldBell
) -> None:
    assert client.post(PATH, data=b"{}", headers=SIGNED | {"X-Toy-Signature": "no"}).status_code == 401
    assert client.post(PATH, data=b"{}").status_code == 401
    assert kept(runtime) == []
    assert bell.rung == []


def test_the_ping_is_answered_with_200_and_forgotten(client: FlaskClient, runtime: Runtime) -> None:
    form = "application/x-www-form-urlencoded"
    assert client.post(PATH, data=b"webhook_id=7", content_type=form).status_code == 200
    assert kept(runtime) == []


@pytest.mark.parametrize("path", ["/webhooks/toy/guess", f"/webhooks/other/{TOKEN}", "/webhooks/toy", "/webhooks"])
def test_strangers_and_wrong_platforms_look_the_same(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=b"webhook_id=7", headers=SIGNED).status_code == 404


@pytest.mark.parametrize("path", [PATH, PATH + "/", "/" + PATH, PATH + "//", PATH.replace("toy", "/toy")])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_nothing_under_the_address_is_ever_redirected(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method).status_code in {400, 401, 404, 405}


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: FlaskClient, runtime: Runtime) -> None:
    assert client.post(PATH, data=b"x" * 100_001, headers=SIGNED).status_code == 413
    assert client.post(PATH, data=b"x" * 100_000, headers=SIGNED).status_code == 200
    assert len(kept(runtime)) == 1


def test_a_body_that_ends_early_or_has_no_length_is_refused(client: FlaskClient, runtime: Runtime) -> None:
    short = client.post(
        PATH, input_stream=io.BytesIO(b"half"), headers=SIGNED, environ_overrides={"CONTENT_LENGTH": "8"}
    )
    chunked = client.post(
        PATH,
        input_stream=io.BytesIO(b"{}"),
        headers=SIGNED | {"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert (short.status_code, chunked.status_code) == (400, 400)
    assert kept(runtime) == []


class Broken(io.BytesIO):
    """A connection that whoever sends has hung up."""

    def read(self, _size: int | None = -1) -> bytes:
        raise ConnectionResetError

    def readinto(self, _buffer: object) -> int:
        raise ConnectionResetError


def test_a_sender_who_hangs_up_has_sent_nothing(client: FlaskClient, runtime: Runtime) -> None:
    cut = client.post(PATH, input_stream=Broken(), headers=SIGNED, environ_overrides={"CONTENT_LENGTH": "8"})
    assert cut.status_code == 400
    assert kept(runtime) == []


@pytest.mark.parametrize("length", ["", "-1", "eight", "٣"])
def test_a_length_that_is_no_number_is_refused(client: FlaskClient, runtime: Runtime, length: str) -> None:
    answer = client.post(
        PATH, input_stream=io.BytesIO(b"{}"), headers=SIGNED, environ_overrides={"CONTENT_LENGTH": length}
    )
    assert answer.status_code == 400
    assert kept(runtime) == []


def test_only_posting_is_allowed_and_an_answer_says_so(client: FlaskClient) -> None:
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["Allow"], answer.data) == (405, "POST", b"")


def test_a_fault_of_ours_is_said_with_500_and_nothing_is_kept(client: FlaskClient, runtime: Runtime) -> None:
    unsound = dataclasses.replace(runtime, platform=lambda _: None)  # type: ignore[arg-type, return-value]
    assert web(unsound).test_client().post(PATH, data=b"{}", headers=SIGNED).status_code == 500
    assert kept(runtime) == []


def test_a_secret_changed_by_another_process_counts_at_once(client: FlaskClient, runtime: Runtime) -> None:
    client.post(PATH, data=b"{}", headers=SIGNED)
    set_secret(runtime, "n3w")
    assert client.post(PATH, data=b"{}", headers=SIGNED | {"X-Toy-Signature": "n3w"}).status_code == 200
    assert client.post(PATH, data=b"{}", headers=SIGNED).status_code == 401


class Away(Database):
    """A database that takes nothing."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        raise OSError("no space left on device")
        yield


def test_a_database_that_takes_nothing_is_said_with_503(client: FlaskClient, runtime: Runtime) -> None:
    runtime.db.__class__ = Away
    assert client.post(PATH, data=b"{}", headers=SIGNED).status_code == 503
    runtime.db.__class__ = Database
    assert client.post(PATH, data=b"{}", headers=SIGNED).status_code == 200


def test_a_dead_queue_neither_fails_nor_delays_an_answer(runtime: Runtime) -> None:
    bell = Ringer(RedisBell(f"redis://127.0.0.1:{free_port()}/0"))
    client = web(dataclasses.replace(runtime, bell=bell)).test_client()
    statuses = [client.post(PATH, data=b"{}", headers=SIGNED).status_code for _ in range(20)]
    bell.close()
    assert statuses == [200] * 20
    assert len(kept(runtime)) == 20


def test_no_cookie_is_set_and_browsers_are_told_to_do_nothing(client: FlaskClient) -> None:
    answer = client.post(PATH, data=b"{}", headers=SIGNED)
    assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert "Strict-Transport-Security" in client.post(PATH, base_url="https://localhost").headers


def test_health_says_that_the_process_is_up_and_readiness_why_it_cannot_work(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"ok": True}
    ready = client.get("/readyz")
    assert ready.status_code == 503
    text = json.dumps(ready.json, ensure_ascii=False)
    assert "REDIS_URL" in text
    assert "worker drain" in text


@pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
def test_forwarded_addresses_are_believed_only_from_trusted_proxies(
    runtime: Runtime, proxies: int, secure: bool
) -> None:
    settings = dataclasses.replace(runtime.settings, trusted_proxies=proxies)
    client = web(dataclasses.replace(runtime, settings=settings)).test_client()
    answer = client.get("/healthz", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"})
    assert ("Strict-Transport-Security" in answer.headers) is secure
