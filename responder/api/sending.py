"""`suppressions/check`, `may-send` and `opt-outs`: what a campaign tool asks and tells."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import g

from responder.api import models
from responder.api.errors import Refused
from responder.api.house import House
from responder.core.addresses import Address, AddressKind, parse_address
from responder.core.catalog import Catalog, Programme
from responder.core.gate import gate
from responder.core.gate_facts import Allowed, Message, Never, NotNow, Verdict
from responder.store import facts, opt_outs
from responder.store.suppressions import suppressed

_FURTHEST = timedelta(days=366)
_SKEW = timedelta(minutes=5)


def check_suppressions(house: House) -> Callable[..., Any]:
    """`POST suppressions/check`."""

    def view(json: models.CheckBody) -> models.CheckAnswer:
        """Tell which addresses must get nothing promotional at all.

        Who left one programme only is not among them: ask `may-send`.
        """
        addresses = [parse_address(given).key for given in json.addresses]
        with house.database.read() as connection:
            listed = suppressed(connection, house.keys, addresses)
            known = facts.standings(connection, addresses)
        out = {address for address, standing in known.items() if standing.is_out}
        return models.CheckAnswer(
            results=[
                models.Checked(address=given, suppressed=why is not None, why=why)
                for given, key in zip(json.addresses, addresses, strict=True)
                for why in (_why(key in listed, key in out),)
            ]
        )

    return view


def ask_may_send(house: House) -> Callable[..., Any]:
    """`POST may-send`."""

    def view(json: models.MaySendBody) -> models.MaySendAnswer:
        """Tell for each address whether this text may go there, and if not, why and until when.

        Looked at are consent, suppression, provider's blocks, reachability, permitted hours where
        the person is, frequency as far as texts left from here, and the text itself.
        """
        now, catalog = house.clock(), house.catalog
        at = json.at or now
        if not now - timedelta(days=1) <= at <= now + _FURTHEST:
            raise _wrong("at", "is more than a day ago or more than a year ahead")
        message = _message(json, _programme(json.programme, catalog), catalog)
        addresses = [parse_address(given) for given in json.addresses]
        with house.database.read() as connection:
            known = facts.load(connection, house.keys, addresses, json.programme, now)
        verdict = gate(message, catalog.sending, catalog, at)
        verdicts = [verdict(*known[address.key]) for address in addresses]
        return models.MaySendAnswer(at=at, verdicts=_shown(json.addresses, verdicts))

    return view


def take_opt_out(house: House) -> Callable[..., Any]:
    """`POST opt-outs`."""

    def view(json: models.OptOutBody) -> models.OptOutAnswer:
        """Tell us of an opt-out that was taken elsewhere. It holds at once, and for good.

        The same again changes nothing. A person who was in a programme gets one confirmation.
        """
        now, catalog = house.clock(), house.catalog
        at = json.at or now
        if at > now + _SKEW:
            raise _wrong("at", "is in the future")
        report = opt_outs.Report(
            address=_person(json.address),
            programme=_programme(json.programme, catalog).id if json.programme else None,
            channel=json.channel,
            at=min(at, now),
            reference=json.reference,
            token_id=g.token_id,
        )
        with house.database.write() as connection:
            recorded = opt_outs.take(connection, report, house.keys, catalog, now)
        return models.OptOutAnswer(recorded=recorded)

    return view


def _why(listed: bool, out: bool) -> Any:
    if listed:
        return "suppressed"
    return "opted_out" if out else None


def _programme(name: str, catalog: Catalog) -> Programme:
    if programme := catalog.programmes.get(name):
        return programme
    known = ", ".join(sorted(catalog.programmes))
    raise Refused(422, "unknown_programme", "There is no such programme.", f"Known are: {known}")


def _person(given: str) -> Address:
    address = parse_address(given)
    if address.kind not in (AddressKind.PHONE, AddressKind.CHANNEL):
        raise _wrong("address", "is no telephone number with its country, and no channel's address")
    return address


def _wrong(field: str, what: str) -> Refused:
    remedy = "Look at /api/v1/openapi.json for what is understood."
    return Refused(422, "invalid_request", f"{field}: {what}", remedy)


def _message(asked: models.MaySendBody, programme: Programme, catalog: Catalog) -> Message:
    number = catalog.numbers[programme.numbers[0]]
    return Message(
        kind=asked.purpose,
        programme=programme,
        sender=number.sender,
        text=asked.text,
        language=number.language,
        cap=programme.cap,
    )


def _shown(given: Sequence[str], verdicts: Sequence[Verdict]) -> list[models.VerdictAnswer]:
    return [_verdict(address, one) for address, one in zip(given, verdicts, strict=True)]


def _verdict(address: str, verdict: Verdict) -> models.VerdictAnswer:
    def answer(word: Any, why: Any = None, until: datetime | None = None) -> models.VerdictAnswer:
        return models.VerdictAnswer(address=address, verdict=word, why=why, until=until)

    match verdict:
        case Allowed():
            return answer("allowed")
        case NotNow(until, why):
            return answer("not_now", why, until)
        case Never(why):
            return answer("never", why)
