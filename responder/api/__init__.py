"""The feed as JSON over HTTP: `/api/v1/…`, described by `/api/v1/openapi.json` (OpenAPI 3.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, ValidationError
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree
from spectree.config import ModeEnum
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.exceptions import HTTPException

from responder.api import contacts, errors, models, sending
from responder.api.access import guarded
from responder.api.house import House
from responder.core.catalog import Serving
from responder.keys import Keys
from responder.store.database import Database
from responder.store.tokens import Scope

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class _Route:
    name: str
    method: str
    path: str
    scope: Scope
    create: Callable[[House], Callable[..., Any]]
    answer: type[BaseModel]


_ROUTES = (
    _Route("list_contacts", "GET", "/contacts", Scope.CONTACTS_READ,
           contacts.list_contacts, models.ContactsAnswer),
    _Route("show_contact", "GET", "/contacts/<contact_id>", Scope.CONTACTS_READ,
           contacts.show_contact, models.ContactAnswer),
    _Route("list_changes", "GET", "/changes", Scope.CHANGES_READ,
           contacts.list_changes, models.ChangesAnswer),
    _Route("list_programmes", "GET", "/programmes", Scope.PROGRAMMES_READ,
           contacts.list_programmes, models.ProgrammesAnswer),
    _Route("check_suppressions", "POST", "/suppressions/check", Scope.SUPPRESSIONS_READ,
           sending.check_suppressions, models.CheckAnswer),
    _Route("may_send", "POST", "/may-send", Scope.MAY_SEND,
           sending.ask_may_send, models.MaySendAnswer),
    _Route("take_opt_out", "POST", "/opt-outs", Scope.OPT_OUTS_WRITE,
           sending.take_opt_out, models.OptOutAnswer),
)  # fmt: skip
_REFUSALS = (401, 403, 404, 405, 413, 415, 422, 429, 500, 503)


def create_blueprint(
    database: Database, serving: Serving, keys: Keys, clock: Callable[[], datetime]
) -> Blueprint:
    """Every route of the API, each behind its scope."""
    house = House(database, serving, keys, clock)
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    described = _description()
    for route in _ROUTES:
        _add(blueprint, route, described, house)

    @blueprint.get("/openapi.json")
    def show_description() -> Response:
        """What this API is, for machines. It is no secret."""
        return jsonify(described.spec)

    @blueprint.after_request
    def keep_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    def begin(state: Any) -> None:
        described.backend.blueprint_state = state  # type: ignore[attr-defined]  # as it registers
        errors.show_unrouted(state.app, PREFIX)

    blueprint.record(begin)
    blueprint.register_error_handler(errors.Refused, errors.show_refused)
    blueprint.register_error_handler(HTTPException, errors.show_http)
    blueprint.register_error_handler(Exception, errors.show_fault)
    return blueprint


def _add(blueprint: Blueprint, route: _Route, described: SpecTree, house: House) -> None:
    refusals = {f"HTTP_{status}": models.ErrorAnswer for status in _REFUSALS}
    view = described.validate(
        resp=Described(HTTP_200=route.answer, **refusals),
        tags=[route.scope],
        security={"token": []},
        operation_id=route.name,
    )(route.create(house))
    blueprint.add_url_rule(
        route.path, route.name, guarded(view, route.scope, house), methods=[route.method]
    )


def _description() -> SpecTree:
    return SpecTree(
        "flask",
        title="Contact base and consent",
        version="1",
        description="Who may be written to, every change of that, and opt-outs taken elsewhere.",
        path="openapi",
        page_templates={},
        mode=ModeEnum.strict,
        before=_refuse_invalid,
        validation_error_model=models.ErrorAnswer,
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _, child: child,
        security_schemes=[
            SecurityScheme("token", SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
        ],
    )


def _refuse_invalid(
    _request: object, _response: object, error: Exception | None, *_: object
) -> None:
    """Name every field that is wrong and what it should be; what was sent is not repeated."""
    if not isinstance(error, ValidationError):
        return
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in faults[:10]]
    rest = [f"and {len(faults) - 10} more"] if len(faults) > 10 else []
    remedy = "Look at /api/v1/openapi.json for what is understood."
    raise errors.Refused(422, "invalid_request", "; ".join(named + rest), remedy)
