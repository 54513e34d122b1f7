"""`responder understand` and `responder segments`: the core at the command line."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from responder.core import segments as core_segments
from responder.core.understand import Understanding
from responder.core.understand import understand as understand_text
from responder.core.vocabulary import Vocabulary
from responder.core.words import spellings
from responder.errors import ResponderError
from responder.vocabulary import load_vocabulary


@click.command()
@click.option("--lang", default="en", show_default=True, help="The number's language.")
@click.option("--explain", metavar="TEXT", help="Explain one text to a person instead.")
def understand(lang: str, explain: str | None) -> None:
    """Read JSON lines {"text", "lang"?, "keywords"?} and write what each means, one a line.

    Example: echo '{"text": "Sluta!", "lang": "sv"}' | responder understand
    """
    vocabulary = load_vocabulary()
    if explain is not None:
        click.echo(_explanation(explain, _understand({"text": explain}, lang, vocabulary)))
        return
    _filter_lines(lambda line: _found(_understand(line, lang, vocabulary)))


@click.command()
def segments() -> None:
    """Read JSON lines {"text"} and write how each is billed, one a line.

    Example: echo '{"text": "Hej {namn} …"}' | responder segments
    """

    def count(line: dict[str, Any]) -> dict[str, Any]:
        counted = core_segments.count(line["text"])
        return {
            "encoding": counted.encoding,
            "segments": counted.segments,
            "units": counted.units,
        }

    _filter_lines(count)


def _understand(line: dict[str, Any], language: str, vocabulary: Vocabulary) -> Understanding:
    keywords = {words for k in line.get("keywords") or () for words in spellings(k)}
    return understand_text(line["text"], line.get("lang") or language, keywords, vocabulary)


def _found(understood: Understanding) -> dict[str, Any]:
    return {
        "intent": understood.intent,
        "rule": understood.rule,
        "matched": understood.matched,
    }


def _explanation(text: str, understood: Understanding) -> str:
    stripped = [f"{what}: {part!r}" for what, part in understood.stripped] or ["nothing"]
    rows = (
        ("text", repr(text)),
        ("taken off", "; ".join(stripped)),
        ("words", " ".join(understood.words) or "none"),
        ("rule", understood.rule),
        ("matched", understood.matched or "nothing"),
        ("intent", understood.intent),
    )
    return "\n".join(f"{name:<10} {value}" for name, value in rows)


def _filter_lines(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for number, line in enumerate(_lines(), start=1):
        try:
            found = work(_table(line))
        except (ValueError, RecursionError) as error:
            raise ResponderError(f"line {number} of standard input: {error}") from error
        sys.stdout.write(printable(json.dumps(found, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def _lines() -> Iterator[str]:
    """The lines that say something. Bytes that are no text become the mark for a lost letter."""
    texts = (line.decode("utf-8-sig", "replace") for line in sys.stdin.buffer)
    return (text for text in texts if text.strip())


def _table(line: str) -> dict[str, Any]:
    table = json.loads(line)
    if not isinstance(table, dict) or not isinstance(table.get("text"), str):
        raise ValueError('it has no "text"')
    if not isinstance(table.get("lang") or "", str):
        raise ValueError('"lang" is not a language code such as "sv"')
    keywords = table.get("keywords") or []
    if not isinstance(keywords, list) or not all(isinstance(k, str) for k in keywords):
        raise ValueError('"keywords" is not a list of texts such as ["JA"]')
    return table


def printable(text: str) -> str:
    """The text without halves of characters, which no terminal or file can take."""
    return text.encode("utf-8", "replace").decode()
