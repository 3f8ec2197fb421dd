"""What an alarm says, in the language of the installation."""

from zoneinfo import ZoneInfo

from bridge.config import Settings
from bridge.storage.models import Shop

_SUBJECTS = {
    "red": (
        "rabattkonto: {shop} funktioniert seit einer Stunde nicht",
        "rabattkonto: {shop} has not worked for an hour",
    ),
    "green": ("rabattkonto: {shop} funktioniert wieder", "rabattkonto: {shop} works again"),
}

_TEXTS = {
    "red": (
        "Guten Tag,\n\n"
        "{shop} funktioniert seit {since} nicht. Es geht nichts verloren: Was wartet, wird nachgeholt, und die"
        " Codes Ihrer Kunden gelten weiter.\n\n"
        "Der Grund, in der Sprache der Technik:\n{reason}\n\n"
        "Was zu tun ist, steht auf der Statusseite:\n{page}\n",
        "Hello,\n\n"
        "{shop} has not worked since {since}. Nothing is lost: what waits is made up for, and your customers' codes"
        " go on working.\n\n"
        "The reason:\n{reason}\n\n"
        "What to do is on the status page:\n{page}\n",
    ),
    "green": (
        "Guten Tag,\n\n"
        "{shop} funktioniert wieder. Was seit {since} gewartet hat, wird jetzt nachgeholt.\n\n{page}\n",
        "Hello,\n\n{shop} works again. What has waited since {since} is being made up for now.\n\n{page}\n",
    ),
}


def letter(settings: Settings, shop: Shop, what: str, reason: str) -> tuple[str, str]:
    """Subject and text for a shop that is "red" or "green"; ``red_since`` is still set."""
    tongue = 0 if settings.language == "de" else 1
    style = ("%d.%m.%Y, %H:%M Uhr", "%Y-%m-%d %H:%M")[tongue]
    since = shop.red_since.astimezone(ZoneInfo(shop.timezone)).strftime(style) if shop.red_since else "–"
    name = " ".join(shop.name.split())[:80]
    values = {"shop": name, "since": since, "reason": reason, "page": f"{settings.public_url}/"}
    return _SUBJECTS[what][tongue].format(**values), _TEXTS[what][tongue].format(**values)
