"""Identifiers that sort by the time they were made."""

import secrets
import time
from datetime import datetime


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as 32 hexadecimal digits: 48 bits of milliseconds, 74 random ones."""
    random = secrets.token_hex(10)
    variant = "89ab"[int(random[0], 16) & 3]
    return f"{time.time_ns() // 1_000_000:012x}7{random[1:4]}{variant}{random[4:19]}"


def new_salt() -> str:
    """128 random bits: without them nobody can guess a commitment's evidence."""
    return secrets.token_hex(16)


def first_id_after(at: datetime) -> str:
    """The smallest id that can be made from a time on: rows of a period, by their key alone."""
    return f"{int(at.timestamp() * 1000):012x}" + "0" * 20
