"""The headers that keep a browser from doing with our answers what it should not."""

from flask import Flask, Response, request

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_NO_STORE = {"Cache-Control": "no-store"}
_SECURE = {"Strict-Transport-Security": "max-age=31536000"}


def protect(app: Flask) -> None:
    """Put them on every answer; a page that sets one of them itself keeps its own."""
    app.after_request(_add)


def unstored(secure: bool) -> dict[str, str]:
    """All of them, for an answer that nobody keeps; ``secure`` when it goes over https."""
    return {**_ALWAYS, **_NO_STORE, **(_SECURE if secure else {})}


def _add(response: Response) -> Response:
    """The style sheet may be kept; what it is served with says for how long."""
    found = unstored(request.is_secure)
    kept = found.keys() - (_NO_STORE if request.endpoint == "pages.static" else {})
    for name in kept:
        response.headers.setdefault(name, found[name])
    return response
