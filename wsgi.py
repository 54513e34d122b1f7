"""The WSGI application for any server: `granian --interface wsgi wsgi:app`."""

import os

from responder.app import create_app
from responder.observe import configure_logging
from responder.settings import load_settings

configure_logging()
app = create_app(load_settings(os.environ))
