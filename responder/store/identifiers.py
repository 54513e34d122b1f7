"""Identifiers that sort by the time they were made."""

import secrets
import time


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as 32 hexadecimal digits: 48 bits of milliseconds, 74 random ones."""
    milliseconds = time.time_ns() // 1_000_000
    rand = secrets.randbits(74)
    value = milliseconds << 80 | 7 << 76 | (rand >> 62) << 64 | 2 << 62 | rand & (1 << 62) - 1
    return f"{value:032x}"


def new_salt() -> str:
    """128 random bits: without them nobody can guess a commitment's evidence."""
    return secrets.token_hex(16)
