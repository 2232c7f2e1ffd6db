"""The service for any WSGI server: ``wsgi:app``."""

from app import memory
from app.factory import create_app

app = create_app()
memory.settle()
