"""Secrets at rest, fingerprints and codes."""

import re
import threading
from pathlib import Path

import pytest

from bridge.config import Settings
from bridge.errors import SealBroken, SettingsError
from bridge.vault import KEY_FILE, Vault, open_vault

OLD, NEW, OTHER = (bytes([n]) * 32 for n in range(3))


def test_what_was_sealed_opens_again_for_its_own_field_only() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("shop-a", "secrets", "ck_geheim")
    assert b"geheim" not in sealed
    assert vault.unseal("shop-a", "secrets", sealed) == "ck_geheim"
    with pytest.raises(SealBroken):
        vault.unseal("shop-b", "secrets", sealed)
    with pytest.raises(SealBroken):
        vault.unseal("shop-a", "token", sealed)


def test_a_foreign_key_or_a_damaged_text_is_refused_with_what_to_do() -> None:
    sealed = Vault([OLD]).seal(1, "secrets", "x")
    with pytest.raises(SealBroken, match="SECRET_KEY"):
        Vault([OTHER]).unseal(1, "secrets", sealed)
    with pytest.raises(SealBroken):
        Vault([OLD]).unseal(1, "secrets", b"nonsense")


def test_rotation_keeps_secrets_fingerprints_and_codes() -> None:
    before, after = Vault([OLD]), Vault([NEW, OLD])
    sealed = before.seal(1, "secrets", "x")
    renewed = after.renew(sealed)
    assert after.unseal(1, "secrets", sealed) == after.unseal(1, "secrets", renewed) == "x"
    assert Vault([NEW]).unseal(1, "secrets", renewed) == "x"
    assert before.fingerprint("a@b.de") == after.fingerprint("a@b.de")
    assert before.token(3, 1) == after.token(3, 1)


def test_one_mailbox_has_one_fingerprint_however_it_is_typed() -> None:
    vault = Vault([OLD])
    spellings = ["jürgen@müller.de", " JÜRGEN@Müller.de\n", "ju\u0308rgen@mu\u0308ller.de"]
    assert len({vault.fingerprint(spelling) for spelling in spellings}) == 1
    assert re.fullmatch("[0-9a-f]{32}", vault.fingerprint("a@b.de"))
    assert vault.fingerprint("a@b.de") != Vault([NEW]).fingerprint("a@b.de")


def test_codes_of_different_parts_differ_and_fit_into_a_shop() -> None:
    vault = Vault([OLD])
    codes = {vault.token(1, 23), vault.token(12, 3), vault.token("1", "2", "3"), vault.token("1,2", "3")}
    assert len(codes) == 4
    assert all(re.fullmatch("[a-z0-9]{20}", code) for code in codes)


def test_the_data_folder_keeps_one_key_even_when_many_start_at_once(tmp_path: Path) -> None:
    settings = Settings.load({"RABATTKONTO_DATA": str(tmp_path / "new")})
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(open_vault(settings).fingerprint("a"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [file.name for file in settings.data.iterdir()] == [KEY_FILE]
    assert (settings.data / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_file_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / KEY_FILE
    file.write_text("damaged")
    with pytest.raises(SettingsError, match="cannot be used"):
        open_vault(Settings.load({"RABATTKONTO_DATA": str(tmp_path)}))
    assert file.read_text() == "damaged"
