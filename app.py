"""The app for the server: ``gunicorn app:app``."""

from config import from_environment
from khuyenhoc.application import create_app

app = create_app(from_environment())
