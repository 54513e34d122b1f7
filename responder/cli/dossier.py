"""One person's dossier as a person reads it."""

import json
from collections.abc import Iterator
from typing import Any

from responder.store.reports import Dossier


def render(person: Dossier) -> str:
    """Who, where they stand, and the conversation with the reason of every answer."""
    return "\n".join([*_standing(person), "", *_conversation(person), "", *_ledger(person)])


def _standing(person: Dossier) -> Iterator[str]:
    contact = person.contact
    yield f"{contact['address']}  ({contact['country'] or 'no country'}, {contact['kind']})"
    yield f"  first seen {_time(contact['created_at'])}, last {_time(contact['last_inbound_at'])}"
    if contact["out_since"]:
        yield f"  ended everything {_time(contact['out_since'])}"
    for subscription in person.subscriptions:
        yield f"  {subscription['programme']}: {_subscription(subscription)}"
    for block in person.blocks:
        yield f"  unreachable until START: the provider blocks {block['sender']}"
    for case in person.cases:
        closed = f"closed {_time(case['closed_at'])}" if case["closed_at"] else "open"
        yield f"  case {case['kind']}, {closed}, since {_time(case['opened_at'])}"


def _subscription(row: dict[str, Any]) -> str:
    parts = [row["state"]]
    if row["since"]:
        parts.append(f"joined {_time(row['since'])}")
    if row["keyword"]:
        parts.append(f"with {row['keyword']}")
    if row["source"]:
        parts.append(f"at {row['source']}")
    if row["ended"]:
        parts.append(f"ended {_time(row['ended'])}")
    return ", ".join(parts)


def _conversation(person: Dossier) -> Iterator[str]:
    replies: dict[str, list[dict[str, Any]]] = {}
    for reply in person.replies:
        replies.setdefault(reply["message_id"], []).append(reply)
    yield "Conversation"
    for message in person.messages:
        trace = json.loads(message["trace"])
        yield f"  {_time(message['received_at'])}  to {message['recipient']}: {message['text']!r}"
        yield f"    understood as {trace['intent']} by {trace['rule']}"
        yield f"    {message['outcome']}, because {message['reason']}"
        for reply in replies.get(message["id"], ()):
            yield f"    answered ({reply['state']}): {reply['text']}"


def _ledger(person: Dossier) -> Iterator[str]:
    yield "Ledger"
    for event in person.events:
        about = event["programme"] or event["sender"] or "everything"
        yield f"  {event['sequence']:>3}  {_time(event['at'])}  {event['kind']}  {about}"


def _time(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
