"""What a rule says when it refuses: sentences fit to show to the person who asked."""


class RuleBroken(Exception):
    """A rule said no. ``str(error)`` is a whole sentence in the reader's language.

    ``field`` names the form field the sentence belongs beside, when there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotFound(RuleBroken):
    """The object does not exist, or not for this person: the two look the same (404)."""


class NotAllowed(RuleBroken):
    """The person lacks the right for this deed (403)."""


class AlreadyRecorded(RuleBroken):
    """The same form key came again with other content (409)."""


class CannotWriteNow(RuleBroken):
    """The store cannot take writes at the moment: locked (503) or full (507)."""

    def __init__(self, sentence: str, *, status: int) -> None:
        super().__init__(sentence)
        self.status = status
