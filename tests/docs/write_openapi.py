"""Write docs/openapi.json anew: `python -m tests.docs.write_openapi`."""

import json
from pathlib import Path

from flask import Flask

from responder.api import create_blueprint
from responder.authoring import load_catalog
from responder.clock import utc_now
from responder.keys import Keys
from responder.store.database import Database

ROOT = Path(__file__).parents[2]


def main() -> None:
    catalog, _ = load_catalog(ROOT / "config")
    app = Flask("openapi")
    app.register_blueprint(
        create_blueprint(Database("sqlite://"), lambda: catalog, Keys("0" * 64), utc_now)
    )
    served = app.test_client().get("/api/v1/openapi.json").json
    text = json.dumps(served, indent=1, ensure_ascii=False) + "\n"
    (ROOT / "docs" / "openapi.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
