"""The portal as a WSGI application, for a server of your choice: `granian --interface wsgi wsgi:app`."""

import os

from portal import create_app, memory
from portal.settings import Settings

app = create_app(Settings.from_environment(os.environ))
memory.keep_what_is()
