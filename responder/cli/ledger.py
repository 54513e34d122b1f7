"""`responder ledger verify`, `proof` and `head`: prove it without trusting us."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from responder.cli.opened import open_database
from responder.cli.parameters import given_address
from responder.core.heads import Head, columns, head_document, key_id, read_head, signing_key
from responder.core.heads import verify as is_signed
from responder.core.proofs import check_proof
from responder.errors import ResponderError
from responder.store import projection, proofs, sealed
from responder.store.verify import Report
from responder.store.verify import verify as verify_ledger

Keys = Mapping[str, Ed25519PublicKey]
_SECONDS = 1.0
"""Between two lines of progress."""


@click.group()
def ledger() -> None:
    """The ledger of consent: verify it, prove one person's part of it, publish its head."""


@ledger.command()
@click.option(
    "--head",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head that was kept elsewhere: shows whether the ledger was rolled back since.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(kept: Path | None, as_json: bool) -> None:
    """Check every event, every evidence, every head, and where each contact stands.

    Exit status 1 where something is amiss.

    Without --head a rollback by whoever holds the signing key cannot be seen.

    Example: responder ledger verify --head head-2026-11.json
    """
    with _reading() as (connection, keys):
        head = _read_kept(kept, keys) if kept else None
        report = verify_ledger(connection, keys, head, _Progress("events verified"))
        report.add(projection.compare(connection, _Progress("contacts compared")))
    click.echo(json.dumps(_as_json(report), ensure_ascii=False) if as_json else _told(report))
    raise SystemExit(0 if report.holds else 1)


@ledger.command()
@click.argument("address")
@click.option("--country", default="SE", show_default=True, help="For a number without +.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Instead of stdout.")
def proof(address: str, country: str, out: Path | None) -> None:
    """Write one file that proves a person's events, for whoever does not trust us.

    docs/verify_proof.py checks it without this software. ADDRESS - reads standard input, which
    keeps a number out of the shell's history.

    Example: responder ledger proof +46701740605 --out proof.json
    """
    key = given_address(address, country).key
    with _reading() as (connection, keys):
        made = proofs.prove(connection, keys, key, _Progress("events read"))
    if faults := check_proof(made.document):
        raise ResponderError(f"the proof does not hold: {faults[0]} Run `responder ledger verify`.")
    _write(made.document, out, indent=2)
    if made.not_sealed:
        click.echo(f"{made.not_sealed} events are not sealed yet, and not in it", err=True)


@ledger.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Instead of stdout.")
def head(out: Path | None) -> None:
    """Print the newest signed head as one line of JSON, to publish or to mail to a third party.

    Example: responder ledger head --out head-2026-11.json
    """
    with _reading() as (connection, keys):
        newest = sealed.newest_head(connection)
        if newest is None:
            raise ResponderError("nothing is sealed yet: `responder work` seals every second")
        made, signature = newest
        if made.key_id not in keys:
            raise ResponderError("the newest head names a key that this house does not have")
        _write(head_document(made, signature, keys[made.key_id]), out)


class _Progress:
    """Tells how far a long read is, every second at most, if a person watches."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = monotonic() + _SECONDS

    def __call__(self, done: int, total: int) -> None:
        if monotonic() >= self._next and sys.stderr.isatty():
            self._next = monotonic() + _SECONDS
            click.echo(f"{done:,} of {total:,} {self._what}", err=True)


@contextmanager
def _reading() -> Iterator[tuple[Connection, Keys]]:
    """A long read, and the house's public keys: the current one and those of former secrets."""
    with open_database() as opened, opened.database.read_long() as connection:
        secrets = (opened.settings.secret_key, *opened.settings.former_secret_keys)
        public = [signing_key(secret).public_key() for secret in secrets]
        yield connection, {key_id(one): one for one in public}


def _read_kept(path: Path, keys: Keys) -> Head:
    """The head in a file, if this house signed it."""
    try:
        kept, signature = read_head(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise ResponderError(f"{path} is no head: `responder ledger head` makes one") from error
    key = keys.get(kept.key_id)
    if key is None or not is_signed(kept, signature, key):
        raise ResponderError(
            f"{path} was not signed by this house: give its former secret"
            " in RESPONDER_SECRET_KEY_OLD, or look for the right file"
        )
    return kept


def _told(report: Report) -> str:
    lines = [str(finding) for finding in report.findings]
    counts = f"{report.events:,} events under {report.heads:,} heads"
    if report.erased:
        counts += f", the evidence of {report.erased:,} erased"
    lines.append(f"{counts}; {report.not_sealed:,} not sealed yet")
    lines.append(f"{report.contacts:,} contacts compared with their events")
    lines.append(_verdict(report))
    return "\n".join(lines)


def _verdict(report: Report) -> str:
    if report.holds:
        return "The ledger holds."
    if report.ledger_holds:
        return "The ledger holds, but a table that is read does not say the same."
    return "The ledger does not hold."


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "holds": report.holds,
        "events": report.events,
        "heads": report.heads,
        "erased": report.erased,
        "not_sealed": report.not_sealed,
        "contacts": report.contacts,
        "newest": columns(report.newest) if report.newest else None,
        "findings": [asdict(finding) for finding in report.findings],
    }


def _write(document: dict[str, Any], out: Path | None, indent: int | None = None) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    if out is None:
        click.echo(text)
        return
    try:
        descriptor = os.open(out, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise ResponderError(f"{out} cannot be written: {error.strerror}") from error
