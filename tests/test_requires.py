"""Missing tools: a reason for people, a failure where the build server demands them."""

import pytest

from tests.requires import need


def test_a_tool_that_is_here_is_found() -> None:
    assert need("sh").endswith("/sh")


def test_a_missing_tool_skips_and_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RABATTKONTO_REQUIRE", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="apt-get install php-cli"):
        need("php")


def test_a_missing_tool_that_is_demanded_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RABATTKONTO_REQUIRE", "chromium, php")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="RABATTKONTO_REQUIRE"):
        need("php")
