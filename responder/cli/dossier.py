"""One person's dossier as a person reads it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from responder.store.dossier import Dossier

Row = dict[str, Any]
_SENDING: Mapping[str, str] = {
    "inline": "answered in the same second",
    "due": "waits to be sent",
    "held": "held back until the provider lifts its block",
    "unknown": "may have been sent; it is looked up first",
    "leased": "is being sent now",
    "accepted": "taken by the provider",
    "queued": "taken by the provider",
    "sending": "taken by the provider",
    "read": "delivered, and read",
    "sent": "sent to the operator",
    "delivered": "delivered",
    "undelivered": "could not be delivered",
    "failed": "refused by the provider",
    "expired": "not sent in time, and never will be",
    "lost": "nobody can tell whether it was sent",
    "superseded": "not sent: the person left",
}
_SUPPRESSED: Mapping[str, str] = {
    "import": "a list without provenance",
    "erased": "erased at their wish",
}
_LICENCES = {"bought": ", from a bought base", "rented": ", rented for one campaign"}


def render(person: Dossier) -> str:
    """Who, where they stand, what they told us, and the conversation with every reason."""
    parts = (_standing(person), _known(person), _conversation(person), _ledger(person))
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def _standing(person: Dossier) -> Iterator[str]:
    contact = person.contact
    yield f"{contact['address']}  ({contact['country'] or 'no country'}, {contact['kind']})"
    yield f"  first seen {_time(contact['created_at'])}, last {_time(contact['last_inbound_at'])}"
    if contact["out_since"]:
        yield f"  ended everything {_time(contact['out_since'])}"
    for subscription in person.subscriptions:
        yield f"  {subscription['programme']}: {_subscription(subscription)}"
    for entry in person.suppressions:
        why = _SUPPRESSED.get(entry["reason"], entry["reason"])
        yield f"  suppressed since {_time(entry['since'])}: {why}"
    if contact["unreachable_since"]:
        told = f"{_time(contact['unreachable_since'])}, error {contact['unreachable_code']}"
        yield f"  nobody is reached on this number since {told}"
    for block in person.blocks:
        yield f"  unreachable until START: the provider blocks {block['sender']}"
    for case in person.cases:
        closed = f"closed {_time(case['closed_at'])}" if case["closed_at"] else "open"
        yield f"  case {case['kind']}, {closed}, since {_time(case['opened_at'])}"


def _subscription(row: Row) -> str:
    parts = [row["state"]]
    if row["since"]:
        parts.append(f"joined {_time(row['since'])}")
    if row["keyword"]:
        parts.append(f"with {row['keyword']}")
    if row["source"]:
        parts.append(f"at {row['source']}")
    if row["basis"] == "soft_opt_in" and row["basis_at"]:
        parts.append(f"as a customer since the sale of {row['basis_at']:%Y-%m-%d}")
    if row["ended"]:
        parts.append(f"ended {_time(row['ended'])}")
    return ", ".join(parts) + _LICENCES.get(row["licence"], "")


def _known(person: Dossier) -> Iterator[str]:
    """What is known besides: answers, tags, codes, and the files that the person stood in."""
    for answer in person.answers:
        told = f"{answer['question']} = {answer['value']!r}"
        yield f"  {answer['programme']}: {told}, {_time(answer['answered_at'])}"
    if person.tags:
        yield f"  tags: {', '.join(person.tags)}"
    for code in person.codes:
        yield f"  {code['programme']}: code {code['code']} given {_time(code['given_at'])}"
    for one in person.imports:
        yield f"  {_import(one)}"


def _import(row: Row) -> str:
    stated = row["provenance"] or {}
    place = f"line {row['line']} of {(row['file'] or {}).get('name')}"
    if row["method"] == "import_suppression":
        return f"suppressed by an import: {place}"
    said = f"{stated.get('basis')} of {stated.get('date')}, {stated.get('source')}"
    return f"{row['programme']}: imported from {place} ({said})"


def _conversation(person: Dossier) -> Iterator[str]:
    replies: dict[str | None, list[Row]] = {}
    for reply in person.replies:
        replies.setdefault(reply["message_id"], []).append(reply)
    yield "Conversation"
    for message in person.messages:
        trace = json.loads(message["trace"])
        yield f"  {_time(message['received_at'])}  to {message['recipient']}: {message['text']!r}"
        if trace:
            yield f"    understood as {trace['intent']} by {trace['rule']}"
        yield f"    {message['outcome']}, because {message['reason']}"
        for reply in replies.get(message["id"], ()):
            yield f"    answered ({_sending(reply)}): {reply['text']}"
    for unasked in replies.get(None, ()):
        yield f"  {_time(unasked['created_at'])}  {unasked['wording']} ({_sending(unasked)}):"
        yield f"    {unasked['text']}"


def _sending(reply: Row) -> str:
    told = _SENDING.get(reply["state"], reply["state"])
    return f"{told}, error {reply['error_code']}" if reply["error_code"] else told


def _ledger(person: Dossier) -> Iterator[str]:
    yield "Ledger"
    for event in person.events:
        about = event["programme"] or event["sender"] or "everything"
        yield f"  {event['sequence']:>3}  {_time(event['at'])}  {event['kind']}  {about}"


def _time(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
