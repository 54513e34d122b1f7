"""One file of the spool: its name and its content. Pure.

Its first line is the SHA-256 of the rest in hexadecimal, the rest is the Inbound as one JSON
object.
"""

import json
import re
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from responder.core.messages import Inbound

_SAFE = re.compile(r"[\w-]{1,80}", re.ASCII)


def file_name(message: Inbound) -> str:
    """The same for every delivery of one message: `<provider>-<provider message id>.json`."""
    provider, message_id = map(_safe, message.key)
    return f"{provider}-{message_id}.json"


def encode(message: Inbound) -> bytes:
    """The content of a message's file."""
    fields = asdict(message) | {"received_at": message.received_at.isoformat()}
    body = json.dumps(fields).encode("ascii")
    return _checksum(body) + b"\n" + body


def decode(content: bytes) -> Inbound:
    """The message of a file, marked as delayed. Raises ValueError: `checksum` or `fields`."""
    checksum, _, body = content.partition(b"\n")
    if checksum != _checksum(body):
        raise ValueError("checksum")
    try:
        fields = json.loads(body)
        received_at = datetime.fromisoformat(fields["received_at"])
        message = Inbound(**fields | {"received_at": received_at, "delayed": True})
    except (ValueError, TypeError, LookupError) as error:
        raise ValueError("fields") from error
    if received_at.tzinfo and all(isinstance(v, str | bool | None) for v in fields.values()):
        return message
    raise ValueError("fields")


def _checksum(body: bytes) -> bytes:
    return sha256(body).hexdigest().encode("ascii")


def _safe(text: str) -> str:
    """The text itself where every file system takes it, else its digest."""
    if _SAFE.fullmatch(text):
        return text
    return f"sha256.{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
