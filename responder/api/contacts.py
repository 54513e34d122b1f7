"""`contacts`, `contacts/{id}`, `changes` and `programmes`: the contact base, read."""

import re
from collections.abc import Callable
from typing import Any

from responder.api import models
from responder.api.errors import NOT_FOUND, Refused
from responder.api.house import House
from responder.core.gate_facts import Basis, Licence
from responder.store import feed, people

_ID = re.compile(r"[0-9a-f]{32}")


def list_contacts(house: House) -> Callable[..., Any]:
    """`GET contacts`."""

    def view(query: models.ContactsQuery) -> models.ContactsAnswer:
        """List contacts with their subscriptions, by id.

        Whoever is there when the first page is read is in exactly one page.
        """
        with house.database.read() as connection:
            end = feed.end(connection)
            found = people.contacts_after(
                connection, query.cursor or "", query.limit + 1, query.programme, query.state
            )
        shown = found[: query.limit]
        return models.ContactsAnswer(
            contacts=[_contact(one) for one in shown],
            next=shown[-1].id if len(found) > len(shown) else None,
            changes_since=str(end),
        )

    return view


def show_contact(house: House) -> Callable[..., Any]:
    """`GET contacts/{id}`."""

    def view(contact_id: str) -> models.ContactAnswer:
        """Show one contact. One who was erased has no address and no attributes."""
        if _ID.fullmatch(contact_id):
            with house.database.read() as connection:
                if found := people.contact(connection, contact_id):
                    return _contact(found)
        raise Refused(*NOT_FOUND)

    return view


def list_changes(house: House) -> Callable[..., Any]:
    """`GET changes`."""

    def view(query: models.ChangesQuery) -> models.ChangesAnswer:
        """List every change of standing, in order, from a cursor on.

        A cursor never skips and never repeats, whatever is written meanwhile. A change appears
        about a second after it happened.
        """
        with house.database.read() as connection:
            page = feed.page(connection, query.since, query.limit)
        return models.ChangesAnswer(
            changes=[_change(entry) for entry in page.entries], next=str(page.next), more=page.more
        )

    return view


def list_programmes(house: House) -> Callable[..., Any]:
    """`GET programmes`."""

    def view() -> models.ProgrammesAnswer:
        """List the programmes that people can be in."""
        now = house.clock()
        return models.ProgrammesAnswer(
            programmes=[
                models.ProgrammeAnswer(
                    id=one.id,
                    name=one.name,
                    purpose=one.purpose,
                    messages=one.messages,
                    frequency=one.frequency,
                    numbers=list(one.numbers),
                    keywords=[keyword.text for keyword in one.keywords],
                    open=one.is_open(now),
                )
                for one in house.catalog.programmes.values()
            ]
        )

    return view


def _contact(one: people.Contact) -> models.ContactAnswer:
    return models.ContactAnswer(
        id=one.id,
        address=one.address,
        kind=one.kind,
        country=one.country,
        created_at=one.created_at,
        unreachable_since=one.unreachable_since,
        out_since=one.out_since,
        blocked_senders=list(one.blocked_senders),
        tags=list(one.tags),
        subscriptions=[_subscription(row, one) for row in one.subscriptions],
    )


def _subscription(row: Any, one: people.Contact) -> models.Subscription:
    return models.Subscription(
        programme=row.programme,
        state=row.state,
        since=row.since,
        ended=row.ended,
        number=row.number,
        keyword=row.keyword,
        source=row.source,
        language=row.language,
        basis=row.basis or Basis.CONSENT,
        licence=row.licence or Licence.OWNED,
        answers=dict(one.answers.get(row.programme, {})),
    )


def _change(entry: feed.Entry) -> models.ChangeAnswer:
    change = entry.change
    return models.ChangeAnswer(
        position=entry.position,
        type=change.type,
        at=change.at,
        contact=entry.contact_id,
        address=entry.address,
        programme=change.programme,
        state=change.state,
        out=change.out,
        sender=change.sender,
    )
