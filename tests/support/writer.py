"""One process that posts to the ward's books and says aloud what was acknowledged.

Run as ``python -m tests.support.writer URL FOLDER NAME COUNT [gift|pay]``. It says that it is ready and waits for
a line, so that all writers begin at once. What is posted is printed only after the commit, so whoever reads it may
rely on it.
"""

import sys
from pathlib import Path

from khuyenhoc.application import create_app
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import RuleBroken
from tests.support.site import settings
from tests.support.world import find_world


def main() -> None:
    """Post, one document after the other, until COUNT is reached or somebody kills us."""
    url, folder, name, count, deed = sys.argv[1:6]
    app = create_app(settings(Path(folder), url))
    with app.app_context():
        ward = find_world()
        db.session.rollback()
        print("ready", flush=True)
        sys.stdin.readline()
        for n in range(int(count)):
            key = f"{name}-{n}"
            try:
                if deed == "pay":
                    ward.pay(1_000, on=ward.today(), key=key)
                else:
                    ward.gift(1_000, on=ward.today(), key=key)
            except RuleBroken:
                print(f"refused {key}", flush=True)
            else:
                print(f"posted {key}", flush=True)


if __name__ == "__main__":
    main()
