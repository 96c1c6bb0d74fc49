"""Filled sites, and those who read them: signed in or not, through the whole application."""

import base64
import json
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench import filling, world
from bench.place import Ground
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import get_campaign
from khuyenhoc.giving.desks import Desk
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import COOKIE
from khuyenhoc.org.users import User


class Site:
    """A site that was filled with so many gifts."""

    def __init__(self, app: Flask, gifts: int) -> None:
        self.app = app
        self.gifts = gifts

    @property
    def size(self) -> str:
        """``100,000 gifts``."""
        return f"{self.gifts:,} gifts"

    @cached_property
    def treasurer(self) -> FlaskClient:
        """A browser in which the treasurer is signed in."""
        return self._signed_in("thuquy")

    @cached_property
    def auditor(self) -> FlaskClient:
        """A browser in which the auditor is signed in."""
        return self._signed_in("kiemtra")

    def _signed_in(self, username: str) -> FlaskClient:
        client = self.app.test_client()
        with self.app.app_context():
            client.set_cookie(COOKIE, world.sign_in(self._one(User, username=username)))
        return client

    @cached_property
    def anyone(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        return self.app.test_client()

    @cached_property
    def ids(self) -> dict[str, int]:
        """What stays rare and what does not, by name: campaigns, recorder, evening, the gift in the middle."""
        with self.app.app_context():
            middle = self.middle()
            campaigns = {code: get_campaign(code).id for code in ("XD26", "HIEM", "MAIAM")}
            others = {
                "recorder": self._one(User, username="phuta").id,
                "evening": self._one(Desk, name="Đêm gây quỹ").id,
                "middle": middle.id,
                "unit": middle.unit_id,
            }
            return {**campaigns, **others}

    def middle(self) -> Document:
        """The gift in the middle of all. Asks for an app context."""
        return self._one(Document, idempotency_key=f"bench-{self.gifts // 2}")

    @staticmethod
    def _one(model: type[Any], **wanted: Any) -> Any:
        return db.session.scalars(select(model).filter_by(**wanted)).one()


def fetch(client: FlaskClient, path: str) -> str:
    """A page, which has to be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def key(value: Any, identity: int) -> str:
    """A place in a list, as its address says it."""
    return base64.urlsafe_b64encode(json.dumps([value, identity]).encode()).decode().rstrip("=")


def filled(ground: Ground, gifts: int) -> Site:
    """A site with so many gifts."""
    return Site(ground.filled(f"gifts_{gifts}", lambda: filling.fill(gifts)), gifts)
