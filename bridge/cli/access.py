"""How a shop is reached, as options: every platform has words of its own for the same three things."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Given:
    """Key and secret of a shop's interface, whatever the platform calls them."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "Given(…)"


_OPTIONS = (
    click.option("--key", default="", help="WooCommerce: the consumer key (read and write)."),
    click.option("--secret", default="", help="WooCommerce: the consumer secret that belongs to the key."),
    click.option("--client-id", default="", help="Shopify: the client id of the app in the Dev Dashboard."),
    click.option("--client-secret", default="", help="Shopify: the secret of the app; it signs the messages, too."),
    click.option("--token", default="", help="Shopify: the permanent token of an older custom app (shpat_…)."),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of an access, for a command that takes them as ``**given``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read(key: str, secret: str, client_id: str, client_secret: str, token: str) -> Given:
    """The access that was typed; a usage error that names what is missing."""
    keys = [each for each in (key, client_id, token) if each]
    secrets = [each for each in (secret, client_secret) if each]
    if token and not secrets:
        raise click.UsageError(
            "Give --client-secret as well: with the app's API secret key Shopify signs its messages."
        )
    if len(keys) != 1 or len(secrets) != 1:
        raise click.UsageError(
            "Give --key with --secret (WooCommerce), or --client-id with --client-secret, or --token with"
            " --client-secret (Shopify)."
        )
    return Given(keys[0], secrets[0])
