"""What the gate is told, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.core.addresses import Address
from responder.core.catalog import Programme
from responder.core.consent import Standing
from responder.core.gate_cap import Cap


class Kind(StrEnum):
    """What a message is for. Who wrote it decides by its intent, not by its words."""

    PROMOTIONAL = "promotional"
    SERVICE = "service"


class Basis(StrEnum):
    """Why we may write to a person at all."""

    CONSENT = "consent"
    SOFT_OPT_IN = "soft_opt_in"


class Licence(StrEnum):
    """Whose contact it is. A rented one may be used for one campaign, a bought one freely."""

    OWNED = "owned"
    BOUGHT = "bought"
    RENTED = "rented"


class Why(StrEnum):
    """Why a message may not leave. The last four pass with time, the others do not."""

    NOT_A_PERSON = "not_a_person"
    NOT_ACTIVE = "not_active"
    SUPPRESSED = "suppressed"
    UNREACHABLE = "unreachable"
    PROVIDER_BLOCKED = "provider_blocked"
    RENTED_USED_UP = "rented_used_up"
    SERVICE_PROGRAMME = "service_programme"
    NO_SOFT_OPT_IN = "no_soft_opt_in"
    SOFT_OPT_IN_LAPSED = "soft_opt_in_lapsed"
    NO_WAY_OUT = "no_way_out"
    TOO_LONG = "too_long"
    PROMOTION_IN_SERVICE = "promotion_in_service"
    PLACE_UNKNOWN = "place_unknown"
    NO_COMMON_HOUR = "no_common_hour"
    PERMITTED_HOURS = "permitted_hours"
    HOUSE_HOURS = "house_hours"
    SLOTS = "slots"
    FREQUENCY_CAP = "frequency_cap"


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It may leave at `until` (UTC) if nothing else has changed by then, and not before."""

    until: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Never:
    """No waiting helps: something or somebody must change first."""

    why: Why


Verdict = Allowed | NotNow | Never


@dataclass(frozen=True, slots=True)
class Message:
    """One finished text to the people of a programme.

    `sender` is what a provider's block applies to (`Number.sender`). `cap` is what the
    programme promised: so many promotional messages a period.
    """

    kind: Kind
    programme: Programme
    sender: str
    text: str
    language: str
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is known about one contact, in respect of one programme.

    `suppressed`: the address is on the suppression list. `unreachable`: receipts say that nothing
    arrives. `basis_at` is when a soft opt-in began: the last sale. `sends_used` counts the
    campaigns that a rented contact has been used for.
    """

    address: Address
    standing: Standing
    suppressed: bool = False
    unreachable: bool = False
    basis: Basis = Basis.CONSENT
    basis_at: datetime | None = None
    licence: Licence = Licence.OWNED
    sends_used: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """When earlier promotional messages of the same programme were sent to this person."""

    sent: tuple[datetime, ...] = ()
