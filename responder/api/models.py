"""What is asked and answered, as pydantic models: OpenAPI is made from them.

A name that is not known is refused in every request: a misspelt `since` would otherwise begin
anew, and a misspelt `programme` would end everything.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from responder.core.consent import State
from responder.core.feed import ChangeType
from responder.core.gate_facts import Kind, Why

MOST_ADDRESSES = 10_000
MOST_ROWS = 1000
LAST_POSITION = 2**31 - 1
_VISIBLE = r"^[^\u0000-\u001f\u007f]+$"

Text = Annotated[str, Field(min_length=1, max_length=128, pattern=_VISIBLE)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=_VISIBLE)]
ContactId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Address = Annotated[Text, Field(description="E.164, `+46701740605`, or `whatsapp:+46701740605`")]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]


class Asked(BaseModel):
    """A request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class Error(Given):
    """What was wrong; `code` is for programs, `remedy` for people."""

    code: str
    message: str
    remedy: str


class ErrorAnswer(Given):
    """The one shape of every refusal."""

    error: Error


class ContactsQuery(Asked):
    """`cursor` is the `next` of the page before."""

    programme: Name | None = None
    state: State | None = None
    cursor: ContactId | None = None
    limit: Limit = 100


class Subscription(Given):
    """One contact in one programme; `since` is the last opt-in."""

    programme: str
    state: State
    since: AwareDatetime | None
    ended: AwareDatetime | None
    number: str | None
    keyword: str | None
    source: str | None
    language: str | None
    basis: str
    licence: str
    answers: dict[str, str]


class ContactAnswer(Given):
    """One contact; `address` is null where the person was erased."""

    id: str
    address: str | None
    kind: str
    country: str | None
    created_at: AwareDatetime
    unreachable_since: AwareDatetime | None
    out_since: AwareDatetime | None
    blocked_senders: list[str]
    tags: list[str]
    subscriptions: list[Subscription]


class ContactsAnswer(Given):
    """A page. `next` is null at the end. What happens meanwhile is in `changes`: keep the
    `changes_since` of the first page, and read on from there."""

    contacts: list[ContactAnswer]
    next: str | None
    changes_since: str


class ChangesQuery(Asked):
    """`since` is the `next` of the page before; 0 is the beginning."""

    since: Annotated[int, Field(ge=0, le=LAST_POSITION)] = 0
    limit: Limit = 100


class ChangeAnswer(Given):
    """One change of standing. `state` is that of the programme after it; `out` says that the
    person has ended everything."""

    position: int
    type: ChangeType
    at: AwareDatetime
    contact: str
    address: str | None
    programme: str | None
    state: State | None
    out: bool
    sender: str | None


class ChangesAnswer(Given):
    """Changes in order. Ask again with `next`, also where there are none yet; `more` says that
    there are. A page may be empty and have more: not every event changes a standing."""

    changes: list[ChangeAnswer]
    next: str
    more: bool


class ProgrammeAnswer(Given):
    """One programme as the marketers' files have it."""

    id: str
    name: str
    purpose: str
    messages: str
    frequency: str
    numbers: list[str]
    keywords: list[str]
    open: bool


class ProgrammesAnswer(Given):
    """Every programme."""

    programmes: list[ProgrammeAnswer]


class CheckBody(Asked):
    """The addresses to check."""

    addresses: Annotated[list[Address], Field(min_length=1, max_length=MOST_ADDRESSES)]


class Checked(Given):
    """Whether an address must get nothing promotional, and why: it is on the suppression list, or
    its owner ended everything."""

    address: str
    suppressed: bool
    why: Literal["suppressed", "opted_out"] | None


class CheckAnswer(Given):
    """One result an address, in the order asked."""

    results: list[Checked]


class MaySendBody(Asked):
    """A finished text to people of a programme. `at` is when it is to leave, now by default."""

    programme: Name
    purpose: Kind = Kind.PROMOTIONAL
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    at: AwareDatetime | None = None
    addresses: Annotated[list[Address], Field(min_length=1, max_length=MOST_ADDRESSES)]


class VerdictAnswer(Given):
    """`not_now` passes at `until`; `never` does not pass by waiting."""

    address: str
    verdict: Literal["allowed", "not_now", "never"]
    why: Why | None
    until: AwareDatetime | None


class MaySendAnswer(Given):
    """One verdict an address, in the order asked. They hold for `at` and for what is known now:
    ask again right before sending."""

    at: AwareDatetime
    verdicts: list[VerdictAnswer]


class OptOutBody(Asked):
    """An opt-out that was taken elsewhere; of everything, where no programme is named.

    `channel` says where (`email`, `shop`, `other_platform`); `reference` is your own, and makes
    it safe to send the same again. `at` is when the person said so, now by default.
    """

    address: Address
    programme: Name | None = None
    channel: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,31}$")]
    at: AwareDatetime | None = None
    reference: Text


class OptOutAnswer(Given):
    """`recorded`: it ended something. Otherwise it was known, or nothing was left to end."""

    recorded: bool
