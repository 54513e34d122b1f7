"""The built-in wordings, one data file a language, and their loader."""

import functools
import tomllib
from importlib import resources

from responder.core.catalog import Wordings


@functools.cache
def load_wordings() -> Wordings:
    """Language code → wording name → template, for every language file of this package."""
    files = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".toml")
    ]
    return {file.pop("language"): file for file in files}
