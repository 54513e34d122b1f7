"""`responder text`: play the provider to a server on this machine."""

import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import click
import requests
from twilio.request_validator import RequestValidator

from responder.authoring.files import read_files
from responder.errors import ConfigError, ResponderError
from responder.settings import Settings, is_loopback, load_settings

_PATH = "/webhooks/twilio/messages"
_PERSON = "+46701740605"


@click.command()
@click.option("--from", "sender", default=_PERSON, show_default=True, help="Who texts.")
@click.option("--to", "recipient", help="Which number; the config's first.")
@click.option("--id", "sid", help="The message id, to deliver one twice.")
@click.option("--url", help="The server, if not http://127.0.0.1:PORT.")
@click.option("--json", "as_json", is_flag=True, help='Print {"status": 200, "replies": [...]}.')
@click.argument("body")
def text(
    sender: str, recipient: str | None, sid: str | None, url: str | None, as_json: bool, body: str
) -> None:
    """Text BODY to a server on loopback, signed as the provider would, and print the replies.

    The id begins with SM0000, so that it can be told from a real message for ever. BODY - reads
    standard input.

    Example: responder text --from +46701740606 "sluta skicka, tack"
    """
    settings = load_settings(os.environ)
    base = url or f"http://127.0.0.1:{settings.port}"
    if not _is_here(base):
        raise click.UsageError("--url must be on this machine: 127.0.0.1 or localhost")
    to = recipient or _first_number(settings.config)
    words = sys.stdin.read() if body == "-" else body
    form = _form(settings, sender, to, sid or f"SM0000{secrets.token_hex(14)}", words)
    status, replies = _post(settings, base, form)
    if as_json:
        click.echo(json.dumps({"status": status, "replies": replies}, ensure_ascii=False))
    else:
        for reply in replies:
            click.echo(reply)
    if status != 200:
        raise ResponderError(f"the server answered {status}")


def _is_here(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname)
    except ValueError:
        return False


def _first_number(config: Path) -> str:
    """The first number of the config; the server, not this command, checks the rest of it."""
    house = read_files(config).house
    if house is None:
        raise ConfigError(f"{config} names no number: run responder check, or give --to")
    return house.numbers[0].address


def _form(settings: Settings, sender: str, to: str, sid: str, body: str) -> dict[str, str]:
    return {
        "ToCountry": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": body,
        "To": to,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": settings.account_sid,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }


def _post(settings: Settings, base: str, form: dict[str, str]) -> tuple[int, list[str]]:
    signature = RequestValidator(settings.auth_tokens[0]).compute_signature(
        settings.public_url + _PATH, form
    )
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy has no part in what stays on this machine
            response = session.post(
                base.rstrip("/") + _PATH,
                data=form,
                headers={"X-Twilio-Signature": signature},
                timeout=15,
            )
    except requests.RequestException as error:
        raise ResponderError(f"no server answers on {base}: start one with make run") from error
    if response.status_code != 200:
        return response.status_code, []
    document = ElementTree.fromstring(response.content)  # noqa: S314 (our own server's answer)
    return response.status_code, [message.text or "" for message in document.iter("Message")]
