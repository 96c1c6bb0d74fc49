"""(e) From the start of a process to its first page, against the import of flask_sqlalchemy alone.

Both are whole processes, from exec to exit. The one does what a server's process does: it reads the settings from the
environment, makes the app with every feature in it, and answers ``GET /dang-nhap`` from a migrated database. The other
runs ``import flask_sqlalchemy`` and nothing else. Python finds both compiled, as ``.ci/setup`` leaves them, and the
templates compiled by an earlier start. No server is in between: gunicorn would add the same to both.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import config
from bench.options import Options
from bench.timing import Contender, Figure, against, side_by_side

FIRST_PAGE = "from app import app; assert app.test_client().get('/dang-nhap').status_code == 200"
MIGRATE = "from khuyenhoc.cli import main; main(['upgrade'])"


def measure(options: Options) -> list[Figure]:
    """The two processes take turns."""
    with tempfile.TemporaryDirectory(prefix="kh-bench-", dir=options.folder) as folder:
        site = {
            **os.environ,
            "KHUYENHOC_INSTANCE": str(Path(folder) / "instance"),
            "KHUYENHOC_SECRET_KEY": "only for measuring, and long enough",
        }
        site.pop("KHUYENHOC_DATABASE_URL", None)
        subprocess.run([sys.executable, "-m", "compileall", "-q", "khuyenhoc", "config.py", "app.py"], cwd=config.ROOT)
        _run(MIGRATE, site)
        page = Contender("first page", lambda _nothing: _run(FIRST_PAGE, site))
        alone = Contender("import flask_sqlalchemy", lambda _nothing: _run("import flask_sqlalchemy", site))
        side_by_side([page, alone], options.rounds)
    return [against("(e) start to first page", page, alone, 2)]


def _run(code: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", code], cwd=config.ROOT, env=environment, check=True, capture_output=True)
