"""Settings: read once, every problem told at once, and none without an explanation."""

import base64
import os
import re
from pathlib import Path

import pytest

from bridge.config import NAMES, Settings
from bridge.errors import SettingsError

ROOT = Path(__file__).parent.parent
KEY = base64.urlsafe_b64encode(bytes(32)).decode()


def test_without_any_setting_everything_lives_in_the_data_folder() -> None:
    settings = Settings.load({})
    assert settings.data == Path("data").absolute()
    assert settings.database_url == f"sqlite:///{settings.data}/rabattkonto.db"
    assert settings.embedded_queue
    assert settings.public_url == "http://127.0.0.1:8890"


def test_every_problem_is_told_at_once_with_the_name_of_its_setting() -> None:
    wrong = {
        "PORT": "99999",
        "WORKERS": "many",
        "CLAIM": "never",
        "REDIS_URL": "localhost",
        "SECRET_KEY": "x",
    }
    with pytest.raises(SettingsError) as raised:
        Settings.load(wrong)
    assert len(raised.value.problems) == len(wrong)
    assert all(name in str(raised.value) for name in wrong)


def test_a_mistyped_secret_is_not_repeated_in_the_message() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.load({"SECRET_KEY": "a-secret-of-somebody"})
    assert "a-secret-of-somebody" not in str(raised.value)


def test_an_unknown_name_with_our_prefix_is_reported() -> None:
    with pytest.raises(SettingsError, match="RABATTKONTO_DATEN is not a setting"):
        Settings.load({"RABATTKONTO_DATEN": "/srv"})


def test_the_environment_wins_over_the_file_and_empty_means_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9000\nLOG_LEVEL=debug\nCLAIM=\n")
    settings = Settings.load({"PORT": "9001", "WORKERS": " "}, file)
    assert (settings.port, settings.log_level, settings.claim, settings.workers) == (
        9001,
        "DEBUG",
        "mailbox",
        1,
    )


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_the_driver_we_ship(scheme: str) -> None:
    settings = Settings.load({"DATABASE_URL": f"{scheme}://u:p@db/credit"})
    assert settings.database_url == "postgresql+psycopg://u:p@db/credit"


def test_a_database_that_we_do_not_speak_is_refused() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Settings.load({"DATABASE_URL": "mysql://u:p@db/credit"})


def test_keys_come_from_the_environment_or_a_file_but_not_from_both(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    other = base64.b64encode(bytes(31) + b"?").decode()
    file.write_text(f"{other}\n{KEY}\n")
    assert Settings.load({"SECRET_KEY_FILE": str(file)}).keys == (bytes(31) + b"?", bytes(32))
    with pytest.raises(SettingsError, match="both set"):
        Settings.load({"SECRET_KEY": KEY, "SECRET_KEY_FILE": str(file)})


def test_nothing_secret_is_in_the_representation() -> None:
    settings = Settings.load(
        {"SECRET_KEY": KEY, "DATABASE_URL": "postgres://u:hidden@db/x", "REDIS_URL": "redis://:hidden@q"}
    )
    assert "hidden" not in repr(settings)
    assert repr(bytes(32)) not in repr(settings)


def test_child_processes_get_the_same_settings_from_the_environment_alone() -> None:
    settings = Settings.load(
        {
            "RABATTKONTO_DATA": "/srv/credit", "DATABASE_URL": "postgres://u:p@db/x", "REDIS_URL": "redis://q/1",
            "PUBLIC_URL": "https://credit.example.com", "HOST": "::1", "PORT": "9000", "SECRET_KEY": f"{KEY},{KEY}",
            "ALLOW_PRIVATE_SHOPS": "b.lan,a.lan:8080", "MAX_BODY_BYTES": "70000", "LOG_LEVEL": "ERROR",
            "LOG_FORMAT": "json", "RABATTKONTO_LANGUAGE": "en", "WORKERS": "2", "RECONCILE_EVERY": "7",
            "CLAIM": "registration", "MAIL_GUESTS": "yes", "CODE_PREFIX": "credit-", "TRUSTED_PROXIES": "1",
                "SMTP_URL": "smtps://u:p@mail.example", "MAIL_FROM": "a@b.example", "METRICS_TOKEN": "m" * 20,
        }
    )  # fmt: skip
    assert Settings.load(settings.environ()) == settings
    assert set(settings.environ()) == set(NAMES) - {"SECRET_KEY_FILE"}


def test_the_public_address_has_no_slash_at_its_end() -> None:
    settings = Settings.load({"PUBLIC_URL": "https://credit.example.com/"})
    assert settings.webhook_url("woocommerce", "t0k") == "https://credit.example.com/webhooks/woocommerce/t0k"


def test_the_example_file_explains_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == set(NAMES)


def test_the_example_file_states_the_defaults(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    only_examples = {
        "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "SECRET_KEY_FILE", "ALLOW_PRIVATE_SHOPS",
        "SMTP_URL", "MAIL_FROM", "METRICS_TOKEN",
    }  # fmt: skip
    lines = [line[1:] for line in text.splitlines() if re.match(r"#[A-Z_]+=", line)]
    file = tmp_path / ".env"
    file.write_text("\n".join(line for line in lines if line.split("=")[0] not in only_examples))
    assert Settings.load({}, file) == Settings.load({})


def test_every_example_can_be_used_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    secret = tmp_path / "secret"
    secret.write_text(KEY)
    file = tmp_path / ".env"
    file.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", text, flags=re.MULTILINE))
    Settings.load({"SECRET_KEY_FILE": os.fspath(secret)}, file)
    assert Settings.load({"SECRET_KEY_FILE": os.fspath(secret)}, file).allow_private_shops == {"shop.lan:8080"}


def test_a_mail_server_needs_a_sender_and_its_password_is_never_shown() -> None:
    with pytest.raises(SettingsError, match="MAIL_FROM is missing") as raised:
        Settings.load({"SMTP_URL": "smtps://u:secret@mail.example"})
    assert "secret" not in str(raised.value)
    settings = Settings.load({"SMTP_URL": "smtps://u:secret@mail.example", "MAIL_FROM": "a@b.example"})
    assert "secret" not in repr(settings)
