"""What is asked when a paper is issued."""

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.forms import Form, TextField


class PaperForm(Form):
    """A press on “In”. A certificate may stand on a decision, by its number."""

    decision = TextField(_l("Theo quyết định số"))
