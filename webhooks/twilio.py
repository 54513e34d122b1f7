"""Twilio's webhooks: verify, parse, answer.

https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

import orjson
from flask import Request, Response
from werkzeug.datastructures import MultiDict

from responder.core.messages import Inbound, Receipt
from responder.inbox import Answer
from webhooks import Rejected
from webhooks.twilio_signature import is_authentic

__all__ = ["Twilio", "is_authentic"]

_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}", re.ASCII)
_ADDRESS = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_STATUS = re.compile(r"[a-z_]{1,16}", re.ASCII)
_ERROR_CODE = re.compile(r"\d{1,16}", re.ASCII)
_ATTEMPT = re.compile(r"\d{1,6}", re.ASCII)
_OUTBOX_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
# XML 1.0 allows no other control characters, and no surrogates (TwiML error 12100).
_ILLEGAL_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Form = MultiDict[str, str]


class Twilio:
    """One Twilio account. `tokens` are all that may sign: two during a rotation."""

    name = "twilio"

    def __init__(self, public_url: str, account_sid: str, tokens: Sequence[str]) -> None:
        self._public_url = public_url
        self._account_sid = account_sid
        self._tokens = tuple(tokens)

    def message(self, request: Request, path: str, now: datetime) -> Inbound:
        """One inbound message (form fields MessageSid, AccountSid, From, To, Body…)."""
        form = self._authentic_form(request, path)
        return Inbound(
            provider=self.name,
            provider_message_id=_required(form, "MessageSid", _MESSAGE_SID),
            sender=_required(form, "From", _ADDRESS),
            recipient=_required(form, "To", _ADDRESS),
            text=_storable(form.get("Body", "")),
            received_at=now,
            provider_opt_out=form.get("OptOutType", "").upper() or None,
            raw=_raw(form),
        )

    def receipt(self, request: Request, path: str, now: datetime) -> Receipt:
        """One status callback (MessageSid, MessageStatus, ErrorCode); the query is our own."""
        form = self._authentic_form(request, path)
        code, outbox_id = form.get("ErrorCode", ""), request.args.get("outbox", "")
        attempt = request.args.get("attempt", "0")
        return Receipt(
            provider=self.name,
            provider_message_id=_required(form, "MessageSid", _MESSAGE_SID),
            status=_required(form, "MessageStatus", _STATUS),
            error_code=code if _ERROR_CODE.fullmatch(code) else None,
            outbox_id=outbox_id if _OUTBOX_ID.fullmatch(outbox_id) else None,
            received_at=now,
            raw=_raw(form),
            attempt=int(attempt) if _ATTEMPT.fullmatch(attempt) else 0,
            sender=_storable(form.get("From", "")),
            recipient=_storable(form.get("To", "")),
        )

    def answer(self, answer: Answer) -> Response:
        """TwiML with a status callback for each reply; the same bytes for the same replies."""
        messages = "".join(self._message(outbox_id, text) for outbox_id, text in answer.replies)
        body = f"<Response>{messages}</Response>" if messages else "<Response/>"
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', mimetype="text/xml")

    def _message(self, outbox_id: str, text: str) -> str:
        callback = quoteattr(f"{self._public_url}/webhooks/{self.name}/status?outbox={outbox_id}")
        legal = escape(_ILLEGAL_IN_XML.sub("", text))
        return f"<Message statusCallback={callback} action={callback}>{legal}</Message>"

    def _authentic_form(self, request: Request, path: str) -> Form:
        """The form, once the signature over the *configured* URL holds and the account is ours."""
        query = request.query_string.decode("latin-1")
        url = f"{self._public_url}{path}" + (f"?{query}" if query else "")
        form: Form = request.form
        signature = request.headers.get("X-Twilio-Signature")
        if not is_authentic(url, form, signature, self._tokens):
            raise Rejected(403, "signature")
        account = form.get("AccountSid", "")
        if not account:
            raise Rejected(400, "AccountSid")
        if account != self._account_sid:
            raise Rejected(403, "another account")
        return form


def _required(form: Form, name: str, shape: re.Pattern[str]) -> str:
    value = form.get(name, "")
    if not shape.fullmatch(value):
        raise Rejected(400, name)
    return value


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL; the payload's hash still shows that one was there."""
    return text.replace("\x00", "\ufffd")


def _raw(form: Form) -> str:
    fields = {name: values[0] if len(values) == 1 else values for name, values in form.lists()}
    return orjson.dumps(fields).decode().replace("\\u0000", "\\ufffd")
