"""One small house, one person, and a way to text. Numbers are reserved for fiction."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from responder.authoring import load_catalog
from responder.core.catalog import Catalog
from responder.core.consent import STRANGER, Standing
from responder.core.decide import decide
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Recent

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345678901234567890123456789012"
NUMBER = "+46701740699"
OFF_NUMBER = "+46701740698"
ADVANCED_NUMBER = "+46701740697"
SHORT_CODE = "71700"
PERSON = "+46701740605"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

HOUSE = f"""
[brand]
name = "Nordbageriet"
support = "kundtjanst@nordbageriet.example"
terms_url = "https://nordbageriet.example/sms"

[[numbers]]
number = "{NUMBER}"
provider = "twilio"
country = "SE"
language = "sv"
provider_opt_out = "default"

[[numbers]]
number = "{OFF_NUMBER}"
provider = "twilio"
country = "SE"
language = "sv"
provider_opt_out = "off"
unknown = "silence"

[[numbers]]
number = "{ADVANCED_NUMBER}"
provider = "twilio"
country = "SE"
language = "sv"
provider_opt_out = "advanced"

[[numbers]]
number = "{SHORT_CODE}"
kind = "short"
provider = "twilio"
country = "SE"
language = "sv"
"""
KLUBBEN = f"""
name = "Nordbageriets klubb"
numbers = ["{NUMBER}", "{OFF_NUMBER}", "{ADVANCED_NUMBER}", "{SHORT_CODE}"]
keywords = ["JA", "KLUBB"]
messages = "erbjudanden och nyheter"
frequency = "högst 2 sms i månaden"
cap = "2 per month"
offer = "Sms:a JA till 070-174 06 99. Högst 2 sms i månaden. Avsluta med STOPP."

[sources]
"STAND-A" = "BULLE"
"""
JAZZ = f"""
name = "Jazzkvällar"
numbers = ["{NUMBER}"]
keywords = ["JAZZ"]
messages = "konserttips"
frequency = "1 sms i veckan"
active = {{ from = 2026-10-01, until = 2026-12-31 }}
"""


def write_config(folder: Path, house: str = HOUSE, **programmes: str) -> Path:
    """A config folder; `klubben` and `jazz` where no programme is given."""
    (folder / "programmes").mkdir(parents=True)
    (folder / "responder.toml").write_text(house, encoding="utf-8")
    for name, content in (programmes or {"klubben": KLUBBEN, "jazz": JAZZ}).items():
        (folder / "programmes" / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


@cache
def house(house_file: str = HOUSE, klubben: str = KLUBBEN, jazz: str = JAZZ) -> Catalog:
    """The catalog of a config folder with these files."""
    with TemporaryDirectory() as folder:
        config = write_config(Path(folder) / "config", house_file, klubben=klubben, jazz=jazz)
        return load_catalog(config)[0]


_numbers = itertools.count(1)


def inbound(
    text: str, to: str = NUMBER, sender: str = PERSON, at: datetime = NOON, **more: str
) -> Inbound:
    """One message with an id of its own."""
    return Inbound("twilio", f"SM{next(_numbers):032x}", sender, to, text, at, **more)  # type: ignore[arg-type]


def decided(
    text: str,
    standing: Standing = STRANGER,
    recent: Recent = Recent(),  # noqa: B008 (frozen)
    catalog: Catalog | None = None,
    at: datetime = NOON,
    **message: str,
) -> Decision:
    """What one text of one person comes to."""
    return decide(inbound(text, at=at, **message), standing, recent, catalog or house(), at)


def texts(decision: Decision) -> list[str]:
    """The texts that leave now."""
    return [reply.text for reply in decision.replies if not reply.held]


@dataclass(frozen=True)
class Delivered:
    """The server's answer to one delivery."""

    status: int
    body: bytes

    @property
    def replies(self) -> list[str]:
        root = ElementTree.fromstring(self.body)
        return [message.text or "" for message in root.iter("Message")]


class Texter:
    """Delivers signed messages to an application, as the provider does."""

    def __init__(self, client: FlaskClient, public_url: str) -> None:
        self._client = client
        self._base = public_url

    def __call__(
        self, body: str, sender: str = PERSON, to: str = NUMBER, sid: str = "", **more: str
    ) -> Delivered:
        form = {
            "MessageSid": sid or f"SM{next(_numbers):032x}",
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "FromCity": "",
        }
        return self.post("/webhooks/twilio/messages", form | more)

    def post(self, path: str, form: Mapping[str, str], token: str = TOKEN) -> Delivered:
        """Sign a form for a path and deliver it."""
        signature = RequestValidator(token).compute_signature(self._base + path, dict(form))
        return self.raw(path, dict(form), {"X-Twilio-Signature": signature})

    def raw(self, path: str, data: object, headers: Mapping[str, str]) -> Delivered:
        """Deliver whatever."""
        response = self._client.post(path, data=data, headers=dict(headers))
        return Delivered(response.status_code, response.data)
