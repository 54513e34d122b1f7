"""Cells for spreadsheets: what a person wrote must not run as a formula (OWASP, CSV injection)."""

import re
from typing import Any

_STARTS = "=+-@＝＋－＠|\t\r\n"
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ]*(?:[.,][0-9]+)?")
_BEHIND_A_BREAK = re.compile(r"([;\t]\s*)([=+\-@])")
"""A comma's file that is opened where semicolons divide has cells that we did not make."""


def safe_cell(value: Any) -> Any:
    """A cell that shows the same text and runs nothing; a number such as +46… stays as it is."""
    if not isinstance(value, str) or not value:
        return value
    if ";" in value or "\t" in value:
        value = _BEHIND_A_BREAK.sub(r"\1'\2", value)
    if value.lstrip(" \u00a0")[:1] in _STARTS and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def cell_as_meant(value: str) -> str:
    """A cell without the spaces around it, and without the ' that keeps a spreadsheet off."""
    value = value.strip()
    return value[1:].strip() if value[:1] == "'" else value
