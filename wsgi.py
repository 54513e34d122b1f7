"""The WSGI application for any server: `granian --interface wsgi wsgi:app`."""

import os
import signal
import threading

from responder.app import create_app
from responder.observe import configure_logging
from responder.settings import load_settings
from responder.store.database import Database

configure_logging()
settings = load_settings(os.environ)
app = create_app(settings, Database(settings.database_url))
app.extensions["refuge"].keep_replaying(threading.Event())
app.extensions["catalog"].keep_looking(threading.Event())
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGHUP, lambda *_: app.extensions["catalog"].wake())
