"""How well we understand: `python -m tests.understanding.evaluate [--lang sv] [--misses] [--ham FILE]`.

Reads the labelled messages beside this file (or --from FOLDER) and prints recall by intent and
language, false alarms, the costly confusions, and with --misses every line that was misread.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from responder.core.understand import Understanding, understand
from responder.core.words import spellings
from responder.vocabulary import load_vocabulary

INTENTS = ("opt_out", "opt_in", "help", "erasure", "none")


@dataclass(frozen=True)
class Line:
    """One labelled message and what we made of it."""

    text: str
    lang: str
    intent: str
    kind: str
    keywords: tuple[str, ...]
    got: Understanding

    @property
    def right(self) -> bool:
        return self.got.intent == self.intent


def read(folder: Path, languages: list[str]) -> Iterator[Line]:
    """Every labelled line of a folder, understood."""
    vocabulary = load_vocabulary()
    for path in sorted(folder.glob("*.jsonl")):
        for raw in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(raw)
            if languages and line["lang"] not in languages:
                continue
            keywords = tuple(line.get("keywords", ()))
            names = {words for keyword in keywords for words in spellings(keyword)}
            got = understand(line["text"], line["lang"], names, vocabulary)
            yield Line(line["text"], line["lang"], line["intent"], line["kind"], keywords, got)


def table(lines: list[Line], by: str) -> Iterator[str]:
    """Recall by intent, and harmless messages taken for an opt-out, for each language or kind."""
    heads = (*INTENTS[:4], "none kept", "false out", "false in")
    yield f"{by:<12}" + "".join(f"{head:>16}" for head in heads)
    for group in (*sorted({getattr(line, by) for line in lines}), "all"):
        mine = [line for line in lines if group in ("all", getattr(line, by))]
        cells = [_recall(mine, intent) for intent in INTENTS]
        cells += [_taken_for(mine, "opt_out", ("none",)), _taken_for(mine, "opt_in", INTENTS)]
        yield f"{group:<12}" + "".join(f"{cell:>16}" for cell in cells)


def _recall(lines: list[Line], intent: str) -> str:
    meant = [line for line in lines if line.intent == intent]
    return _share(sum(line.right for line in meant), len(meant))


def _taken_for(lines: list[Line], intent: str, among: tuple[str, ...]) -> str:
    others = [line for line in lines if line.intent in among and line.intent != intent]
    return _share(sum(line.got.intent == intent for line in others), len(others))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} {part}/{whole}" if whole else "-"


def costly(lines: list[Line]) -> Iterator[str]:
    """What must never happen, and what costs most."""
    confused = Counter((line.intent, line.got.intent) for line in lines if not line.right)
    for (meant, got), count in confused.most_common():
        yield f"  {meant} taken for {got}: {count}"


def ham(path: Path) -> Iterator[str]:
    """Real messages between people, one a line: how many are taken for something."""
    vocabulary = load_vocabulary()
    texts = path.read_text(encoding="utf-8", errors="replace").splitlines()
    begun = perf_counter()
    got = [(text, understand(text, "en", (), vocabulary)) for text in texts]
    seconds = perf_counter() - begun
    counted = Counter(understood.intent for _, understood in got)
    yield (
        f"{len(texts)} messages in {seconds:.2f} s ({len(texts) / seconds:.0f} a second): "
        + ", ".join(f"{intent} {count}" for intent, count in sorted(counted.items()))
    )
    for text, understood in got:
        if understood.intent in ("opt_out", "opt_in", "erasure"):
            yield f"  {understood.intent} by {understood.rule}: {text[:110]}"


def main() -> None:
    """Print the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", action="append", default=[])
    parser.add_argument("--from", dest="folder", type=Path, default=Path(__file__).parent)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--ham", type=Path)
    options = parser.parse_args()
    lines = list(read(options.folder, options.lang))
    print(f"{len(lines)} labelled messages")
    for by in ("lang", "kind"):
        print("\n".join(table(lines, by)), end="\n\n")
    print("Misread:\n" + "\n".join(costly(lines)))
    if options.misses:
        for line in lines:
            if not line.right:
                print(
                    f"{line.lang} {line.intent} -> {line.got.intent} by {line.got.rule}: {line.text!r} {line.keywords or ''}"
                )
    if options.ham:
        print("\n".join(ham(options.ham)))


if __name__ == "__main__":
    main()
