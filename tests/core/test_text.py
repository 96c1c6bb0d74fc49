"""Sentences come out in Vietnamese where no application runs, and translated where one does."""

import flask
import flask_babel

from khuyenhoc.core import text


def test_without_an_application_the_vietnamese_sentence_comes_out():
    assert text.gettext("Còn 100 %") == "Còn 100 %"
    assert text.gettext("Xin chào %(name)s", name="bà Hạ") == "Xin chào bà Hạ"
    assert str(text.lazy_gettext("Xin chào %(name)s", name="bà Hạ")) == "Xin chào bà Hạ"


def test_within_an_application_the_catalogue_is_asked():
    app = flask.Flask("speaking")
    with app.app_context():
        assert text.gettext("Xin gõ số tiền.") == "Xin gõ số tiền."
    flask_babel.Babel(app, default_locale="vi")
    with app.app_context():
        assert text.gettext("Số %(n)s", n=1) == "Số 1"
