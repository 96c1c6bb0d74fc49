"""Sentences in the reader's language, also where no application is running.

The message id is the Vietnamese sentence itself, so that without a catalogue – in a command, a
test or a rule called alone – the Vietnamese sentence is what comes out.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import flask_babel
from flask_babel.speaklater import LazyString


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the reader's language; the Vietnamese one where there is no application."""
    if _application_speaks():
        return str(flask_babel.gettext(sentence, **values))
    return sentence % values if values else sentence


def lazy_gettext(sentence: str, **values: object) -> LazyString:
    """As ``gettext``, decided only when it is shown: for sentences that stand in a module."""
    return LazyString(gettext, sentence, **values)


def lazy_pgettext(context: str, sentence: str) -> LazyString:
    """A sentence that is one in Vietnamese and several in English (“Chiến dịch”: campaign, campaigns)."""
    return LazyString(_in_context, context, sentence)


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """What is said inside is Vietnamese, whoever reads: for papers, which are so in every language of the screen."""
    if not _application_speaks():
        yield
        return
    with flask_babel.force_locale("vi"):
        yield


def _in_context(context: str, sentence: str) -> str:
    return str(flask_babel.pgettext(context, sentence)) if _application_speaks() else sentence


def _application_speaks() -> bool:
    try:
        flask_babel.get_babel()
    except (RuntimeError, KeyError):  # no application at work, or one without languages
        return False
    return True
