"""`responder check`: what is wrong with the marketers' files, and what could be better."""

import difflib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from responder.authoring import Examined, examine
from responder.authoring.findings import load_rules, tally
from responder.authoring.sarif import sarif

_EVERY = 1.0
"""Seconds between two looks at the files."""
_Sizes = dict[Path, tuple[int, int]]
"""File → when it was changed (ns), bytes."""


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one a finding.")
@click.option("--sarif", "as_sarif", is_flag=True, help="SARIF 2.1.0, which code hosts show.")
@click.option("--explain", metavar="CODE", help="Say what a finding means, and why.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
def check(
    directory: Path | None, as_json: bool, as_sarif: bool, explain: str | None, watch: bool
) -> None:
    """Check a config folder (RESPONDER_CONFIG, or config): everything at once.

    Exit status 1 if there is an error or a warning; advice alone exits 0.

    Example: responder check config
    """
    if explain is not None:
        click.echo(_explained(explain))
        return
    folder = directory or Path(os.environ.get("RESPONDER_CONFIG") or "config")
    show = _show_json if as_json else _show_sarif if as_sarif else _show
    if watch:
        keep_checking(folder, show, time.sleep)
        return
    examined = examine(folder)
    show(folder, examined)
    if examined.problems:
        raise SystemExit(1)


def keep_checking(
    folder: Path, show: Callable[[Path, Examined], None], wait: Callable[[float], None]
) -> None:
    """Show what is found, and again after every change, until Ctrl-C."""
    for _ in _changes(folder, wait):
        click.clear()
        show(folder, examine(folder))


def _changes(folder: Path, wait: Callable[[float], None]) -> Iterator[None]:
    seen: _Sizes | None = None
    try:
        while True:
            now = _sizes(folder)
            if now != seen:
                seen = now
                yield
            wait(_EVERY)
    except KeyboardInterrupt:
        return


def _sizes(folder: Path) -> _Sizes:
    sizes: _Sizes = {}
    for path in folder.rglob("*"):
        try:
            status = path.stat()
        except OSError:  # editors write a new file and rename it
            continue
        sizes[path] = status.st_mtime_ns, status.st_size
    return sizes


def _show(folder: Path, examined: Examined) -> None:
    for finding in examined.findings:
        click.echo(f"{folder}/{finding}")
    dead = "; nothing starts on this config" if examined.errors else ""
    click.echo(f"{folder}: {tally(examined.findings)}{dead}.")


def _show_json(_folder: Path, examined: Examined) -> None:
    for finding in examined.findings:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False))


def _show_sarif(folder: Path, examined: Examined) -> None:
    click.echo(json.dumps(sarif(examined.findings, folder.as_posix()), ensure_ascii=False))


def _explained(code: str) -> str:
    rules = load_rules()
    if rule := rules.get(code.upper()):
        return (
            f"{rule.code} ({rule.severity}): {rule.title}.\n\n"
            f"{rule.why}\nSource: {rule.source}.\n\n"
            f"Bad:\n\n{_indented(rule.bad)}\n\nGood:\n\n{_indented(rule.good)}"
        )
    near = difflib.get_close_matches(code.upper(), rules, n=5, cutoff=0.5) or list(rules)[:5]
    raise click.BadParameter(
        f"There is no {code}. Near it: {', '.join(near)}.", param_hint="--explain"
    )


def _indented(example: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in example.splitlines())
