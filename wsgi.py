"""The application from the environment, for a WSGI server."""

from eventhub import create_app

app = create_app()
