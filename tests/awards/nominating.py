"""The verbs of nominating by the pages, for tests."""

from typing import Any

from sqlalchemy import select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.core.database import db
from tests.awards.award_world import AwardWorld
from tests.support.browser import Answer, Browser

AT = {"code": "HB26"}
FIRST = {"code": "HB26", "number": 1}


def nominate(browser: Browser, programme: Programme, recipient_id: int, **more: Any) -> Answer:
    """Somebody is nominated by the form."""
    browser.get("nominate.new", code=programme.code, query={"nguoi": recipient_id})
    typed = {"level": str(programme.levels[0].id), "reason": "Nhà xa trường", **more}
    return browser.post(f"/hoc-bong/{programme.code}/de-nghi/moi?nguoi={recipient_id}", typed)


def latest() -> Award:
    """The last nomination, as it is stored."""
    db.session.expire_all()
    return db.session.scalars(select(Award).order_by(Award.number)).all()[-1]


def confirm_address(world: AwardWorld) -> str:
    """Where the chapter confirms its list."""
    return f"/hoc-bong/HB26/de-nghi/xac-nhan?don_vi={world.chapter.id}"
