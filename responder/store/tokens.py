"""API tokens: random and long, stored as hashes, with scopes, revocable."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, select, update

from responder.store import bulk
from responder.store.identifiers import new_id
from responder.store.tables import api_tokens


class Scope(StrEnum):
    """What a token may do."""

    CONTACTS_READ = "contacts:read"
    CHANGES_READ = "changes:read"
    SUPPRESSIONS_READ = "suppressions:read"
    PROGRAMMES_READ = "programmes:read"
    MAY_SEND = "may-send"
    OPT_OUTS_WRITE = "opt-outs:write"


def create_token(
    connection: Connection,
    digest: Callable[[str], str],
    name: str,
    scopes: Iterable[Scope],
    now: datetime,
) -> tuple[str, str]:
    """Make a token; gives its id, and the token itself, of which only the `digest` is kept."""
    token_id, token = new_id(), f"rk_{secrets.token_urlsafe(32)}"
    row = {
        "id": token_id,
        "name": name,
        "hash": digest(token),
        "scopes": " ".join(sorted(set(scopes))),
        "created_at": now,
        "revoked_at": None,
    }
    bulk.write(connection, bulk.insert(api_tokens, [row]))
    return token_id, token


def find_token(connection: Connection, digest: str) -> tuple[str, frozenset[Scope]] | None:
    """The id and scopes of the token with this digest, if it is valid now.

    What is looked up is a hash, so how long that takes tells nothing of the token.
    """
    valid = (api_tokens.c.hash == digest) & api_tokens.c.revoked_at.is_(None)
    row = connection.execute(select(api_tokens).where(valid)).one_or_none()
    return (row.id, frozenset(map(Scope, row.scopes.split()))) if row else None


def tokens(connection: Connection) -> Sequence[Row[tuple[str, str, str, str, datetime, datetime]]]:
    """Every token that was ever made, oldest first."""
    return connection.execute(select(api_tokens).order_by(api_tokens.c.id)).all()


def revoke_token(connection: Connection, token_id: str, now: datetime) -> bool:
    """End a token; False where there is none that is valid."""
    valid = (api_tokens.c.id == token_id) & api_tokens.c.revoked_at.is_(None)
    revoked = update(api_tokens).where(valid).values(revoked_at=now)
    return connection.execute(revoked).rowcount == 1
