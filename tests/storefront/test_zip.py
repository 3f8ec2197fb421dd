"""The ZIP that the bridge hands out: what is in it, and that no address can break out of it."""

import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.shopify.storefront import theme_zip
from adapters.woocommerce.storefront import plugin_zip
from bridge.errors import Refused
from tests.storefront.test_plugin import PARTS, PLUGIN, run_php


def plugin_in(packed: bytes) -> str:
    with ZipFile(io.BytesIO(packed)) as archive:
        return archive.read("rabattkonto/rabattkonto.php").decode()


def test_the_zip_holds_one_folder_with_all_parts_of_the_plugin() -> None:
    with ZipFile(io.BytesIO(plugin_zip())) as archive:
        assert archive.testzip() is None
        parts = {f"rabattkonto/{part.name}" for part in PARTS}
        assert set(archive.namelist()) == parts | {"rabattkonto/blocks.js", "rabattkonto/readme.txt"}


def test_without_a_host_the_plugin_is_as_it_stands_here() -> None:
    assert plugin_in(plugin_zip()) == PLUGIN.read_text(encoding="utf-8")


def test_equal_hosts_give_equal_bytes() -> None:
    assert plugin_zip("bridge.lan:8080") == plugin_zip("bridge.lan:8080")
    assert plugin_zip("bridge.lan:8080") != plugin_zip("bridge.lan:8081")


@pytest.mark.parametrize("host", ["bridge.lan", "192.168.1.20:8080", "a", "xn--bcher-kva.example:443"])
def test_the_host_changes_one_line(host: str) -> None:
    before, after = plugin_in(plugin_zip()).splitlines(), plugin_in(plugin_zip(host)).splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [f"const BUILT_FOR = '{host}';"]


@pytest.mark.parametrize(
    "host",
    [
        "x'; system('id'); //",
        "x\\",
        "bridge.lan\n",
        "bridge.lan:",
        "bridge.lan:123456",
        "-bridge.lan",
        "https://bridge.lan",
        "bücher.example",
        "[::1]:80",
        " ",
        "?>",
        "$x",
    ],
)
def test_what_is_no_host_is_refused_with_a_sentence_that_shows_it(host: str) -> None:
    with pytest.raises(Refused, match="not a host with an optional port") as refusal:
        plugin_zip(host)
    assert repr(host) in str(refusal.value)


def test_a_plugin_built_for_a_bridge_opens_the_way_to_it(tmp_path: Path) -> None:
    with ZipFile(io.BytesIO(plugin_zip("192.168.1.5:9000"))) as archive:
        archive.extractall(tmp_path)
    built = tmp_path / "rabattkonto" / "rabattkonto.php"
    assert "No syntax errors" in run_php("-l", built)
    asked = tmp_path / "ask.php"
    asked.write_text(
        f"<?php require '{Path(__file__).parent / 'stubs.php'}'; require '{built}';"
        "echo json_encode( apply_filters( 'http_allowed_safe_ports', array( 80 ), '', $argv[1] ) );",
        encoding="utf-8",
    )
    assert run_php(asked, "http://192.168.1.5:9000/webhooks") == "[80,9000]"
    assert run_php(asked, "http://192.168.1.6:9000/webhooks") == "[80]"


def test_shopifys_theme_files_come_with_instructions_and_are_always_the_same() -> None:
    with ZipFile(io.BytesIO(theme_zip())) as archive:
        assert archive.namelist() == [
            "rabattkonto/rabattkonto.liquid",
            "rabattkonto/rabattkonto-promise.liquid",
            "rabattkonto/rabattkonto-earned.liquid",
            "rabattkonto/rabattkonto-meant.liquid",
            "rabattkonto/rabattkonto-embed.liquid",
            "rabattkonto/rabattkonto-promise-block.liquid",
            "rabattkonto/readme.txt",
        ]
    assert theme_zip() == theme_zip()
