"""The app for the server: ``gunicorn app:app``."""

from config import from_environment
from khuyenhoc.application import create_site

app = create_site(from_environment())
