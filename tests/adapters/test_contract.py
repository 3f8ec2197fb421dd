"""What every platform must do with deliveries, whichever shop they come from. A new folder is covered by itself."""

import pytest

import adapters
from bridge.errors import NotFound, SignatureError
from bridge.ports import Nothing, ShopTerms, Unreadable
from tests.adapters.recordings import Recording, index, recordings

TERMS = ShopTerms("EUR")
GENUINE = [
    pytest.param(name, recording, id=f"{name}-{recording.name}")
    for name in adapters.names()
    for recording in recordings(name)
    if recording.signed
]
ORDERS = [
    next(param for param in GENUINE if str(param.id).startswith(name) and "order-created" in str(param.id))
    for name in adapters.names()
]

HOSTILE = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "broken off": b'{"id": 7, "line_items": [',
    "a byte order mark": b'\xef\xbb\xbf{"id": 7}',
    "no UTF-8": b'{"id": 7, "name": "\xff\xfe"}',
    "NaN": b'{"id": NaN}',
    "infinity": b'{"id": -Infinity}',
    "a huge exponent": b'{"id": 1e400}',
    "an absurd exponent": b'{"id": 1e99999999999999999999}',
    "a very long number": b'{"id": ' + b"9" * 10_000 + b"}",
    "deep nesting": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "the same key twice": b'{"id": 7, "id": 8}',
    "an id of text": b'{"id": "seven"}',
    "an id of zero": b'{"id": 0}',
    "a negative id": b'{"id": -7}',
    "an id that is true": b'{"id": true}',
    "a form": b"webhook_id=7",
}


def secret_of(platform: str) -> str:
    return str(index(platform)["secret"])


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_a_genuine_delivery_is_accepted_with_the_old_and_with_the_new_secret(
    name: str, recording: Recording
) -> None:
    platform = adapters.load(name)
    platform.verify(recording.raw, recording.headers, [secret_of(name)])
    platform.verify(recording.raw, recording.headers, ["the-new-one", secret_of(name)])


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_one_changed_byte_is_refused(name: str, recording: Recording) -> None:
    changed = recording.raw.replace(b":", b" :", 1)
    with pytest.raises(SignatureError):
        adapters.load(name).verify(changed, recording.headers, [secret_of(name)])


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_another_secret_is_refused(name: str, recording: Recording) -> None:
    with pytest.raises(SignatureError):
        adapters.load(name).verify(recording.raw, recording.headers, [secret_of(name) + "x"])


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_header_names_are_read_in_any_case(name: str, recording: Recording) -> None:
    platform = adapters.load(name)
    shouted = {key.upper(): value for key, value in recording.headers.items()}
    platform.verify(recording.raw, shouted, [secret_of(name)])
    assert platform.describe(shouted).topic == platform.describe(recording.headers).topic != ""


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_a_signed_delivery_is_no_ping(name: str, recording: Recording) -> None:
    assert not adapters.load(name).is_ping(recording.raw, recording.headers)


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_every_recording_is_understood(name: str, recording: Recording) -> None:
    platform = adapters.load(name)
    reading = platform.understand(platform.describe(recording.headers), recording.raw, TERMS)
    assert not isinstance(reading, Unreadable), reading


@pytest.mark.parametrize(("name", "recording"), GENUINE)
def test_no_kept_header_is_a_secret(name: str, recording: Recording) -> None:
    kept = adapters.load(name).describe(recording.headers).kept
    assert not [header for header in kept if "sign" in header.lower() or "hmac" in header.lower()]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(("name", "recording"), ORDERS)
def test_a_signed_body_that_makes_no_sense_is_unreadable(name: str, recording: Recording, hostile: str) -> None:
    platform = adapters.load(name)
    reading = platform.understand(platform.describe(recording.headers), HOSTILE[hostile], TERMS)
    assert isinstance(reading, Unreadable)
    assert reading.reason.endswith(".")


@pytest.mark.parametrize("name", adapters.names())
def test_a_topic_that_we_do_not_know_is_nothing(name: str) -> None:
    platform = adapters.load(name)
    assert isinstance(platform.understand(platform.describe({}), b"{}", TERMS), Nothing)


def test_an_unknown_platform_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"“oxid”.*woocommerce"):
        adapters.load("oxid")
