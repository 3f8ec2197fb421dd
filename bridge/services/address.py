"""Our own public address as the shop meets it: it must take a delivery there and then, without a detour."""

from urllib.parse import urlsplit

import requests

from bridge.ports import Finding

_UNSIGNED = b"{}"
_HEADERS = {"Content-Type": "application/json"}
_PATIENCE = 10
"""Seconds until our own address has to answer; shops wait half as long."""


def knock(address: str) -> list[Finding]:
    """Send a message without a signature to ``address``: we ourselves turn it away with 401, and keep nothing."""
    place = urlsplit(address).netloc
    try:
        answer = requests.post(address, data=_UNSIGNED, headers=_HEADERS, timeout=_PATIENCE, allow_redirects=False)
    except requests.RequestException as problem:
        return [_silent(place, type(problem).__name__)]
    if answer.is_redirect:
        return [_detour(place, answer.headers.get("Location", ""))]
    if answer.status_code != 401 or "WWW-Authenticate" in answer.headers:
        return [_wrong(place, answer.status_code)]
    return []


def _silent(place: str, problem: str) -> Finding:
    return Finding(
        "PUBLIC_URL",
        f"From this machine our own address {place} cannot be reached ({problem}).",
        "Start `rabattkonto serve`; if it runs, look at the proxy, the certificate and PUBLIC_URL. Some routers"
        " only refuse the way out and in again: then the shop can reach it all the same.",
        serious=False,
    )


def _detour(place: str, target: str) -> Finding:
    return Finding(
        "PUBLIC_URL",
        f"Our own address {place} answers with a redirect to {urlsplit(target).netloc or target[:60]}. The shop"
        " takes that for success, and the message is lost.",
        "Set PUBLIC_URL to the final address, with https:// and the very host name.",
    )


def _wrong(place: str, status: int) -> Finding:
    return Finding(
        "PUBLIC_URL",
        f"Our own address {place} answers an unsigned message with {status}, and not as we do.",
        "Look whether a proxy, a login or a firewall stands in front of /webhooks, and whether it leads here.",
    )
