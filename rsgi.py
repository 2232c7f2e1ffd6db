"""The service for granian: ``granian --interface rsgi rsgi:server``. Bodies are awaited: slow clients block nobody."""

from app.serving import Server
from app.xapi.together import Together
from wsgi import app

server = Server(app, longest=app.config["MAX_CONTENT_LENGTH"], ahead=Together(app))
