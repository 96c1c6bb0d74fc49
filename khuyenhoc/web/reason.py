"""The form of a deed that needs a reason and nothing else."""

from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.web.fields import LongTextField, Required
from khuyenhoc.web.forms import Form


class ReasonForm(Form):
    """Asks why, and nothing else."""

    reason = LongTextField(_l("Lý do"), [Required(_l("Vì sao?"))], longest=500)
