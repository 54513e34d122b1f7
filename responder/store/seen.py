"""Which messages were received already."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, tuple_

from responder.core.messages import Inbound
from responder.store.tables import messages


def unseen(connection: Connection, listed: Sequence[Inbound]) -> list[Inbound]:
    """Those that are not in the database, in the same order."""
    keys = {message.key for message in listed}
    key = tuple_(messages.c.provider, messages.c.provider_message_id)
    known = select(messages.c.provider, messages.c.provider_message_id).where(key.in_(keys))
    seen = {(row[0], row[1]) for row in connection.execute(known)}
    return [message for message in listed if message.key not in seen]
