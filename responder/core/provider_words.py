"""What a provider does by itself with a message, before or while we are told of it.

Twilio's default handling compares the whole message, trimmed, in any case, with English words
(docs: "Twilio support for opt-out keywords"); REVOKE and OPTOUT were added for the United
States and Canada in 2025. Toll-free numbers are handled by the network: STOP only, lifted by
START or UNSTOP. Short codes and WhatsApp senders are left to us.
"""

from responder.core.catalog import Number
from responder.core.messages import Inbound

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
_STOP_NORTH_AMERICA = frozenset({"REVOKE", "OPTOUT"})
_START = frozenset({"START", "YES", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})
_NORTH_AMERICA = frozenset({"US", "CA"})
_ACTS = frozenset({"STOP", "START", "HELP"})


def provider_act(message: Inbound, number: Number | None) -> str | None:
    """`STOP` (it blocked and answered), `START` (it lifted the block), `HELP` (it answered), None.

    What the message itself carries (Twilio's OptOutType) decides. A number that the catalog
    does not know may be handled by default, so that is assumed of it.
    """
    if message.provider_opt_out in _ACTS:
        return message.provider_opt_out
    if number and number.provider_opt_out != "default":
        return None
    word = message.text.strip(" \t\r\n").upper()
    kind, country = (number.kind, number.country) if number else ("long", "")
    words = _words(kind, country)
    return next((act for act, listed in words.items() if word in listed), None)


def _words(kind: str, country: str) -> dict[str, frozenset[str]]:
    if kind in ("short", "whatsapp"):
        return {}
    if kind == "toll_free":
        return {"STOP": frozenset({"STOP"}), "START": _START - {"YES"}}
    stop = _STOP | _STOP_NORTH_AMERICA if country in _NORTH_AMERICA else _STOP
    return {"STOP": stop, "START": _START, "HELP": _HELP}
