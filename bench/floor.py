"""The floor: the least work with the same promise. Verify, commit one row, answer."""

import os

from flask import Flask, Response, request
from sqlalchemy import Column, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from twilio.request_validator import RequestValidator

from bench.messages import PATH
from responder.store.database import Database

table = Table(
    "floor",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("sender", Text),
    Column("body", Text),
)


def create() -> Flask:
    """The floor's application: the product's own engine, so the same durability and pool."""
    database = Database(os.environ["RESPONDER_DATABASE_URL"])
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    url = os.environ["RESPONDER_PUBLIC_URL"] + PATH
    dialect = sqlite if database.is_sqlite else postgresql
    insert = dialect.insert(table).on_conflict_do_nothing()
    app = Flask("floor", static_folder=None)

    @app.post(PATH)
    def receive() -> Response:
        form = request.form
        if not validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        row = {"id": form["MessageSid"], "sender": form["From"], "body": form["Body"]}
        with database.engine.begin() as connection:
            connection.execute(insert, row)
        return Response("<Response/>", mimetype="text/xml")

    @app.get("/")
    def ready() -> Response:
        return Response("up")

    return app
