"""The app for the server: ``gunicorn app:app``."""

import gc

gc.disable()  # nothing that a start makes is rubbish; looking for some takes a tenth of it

from config import from_environment  # noqa: E402
from khuyenhoc.application import create_site  # noqa: E402

app = create_site(from_environment())

gc.freeze()  # and it stays: later rounds need not look at it again
gc.enable()
