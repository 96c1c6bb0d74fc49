"""A shell in which ``khuyenhoc`` is typed: a process of its own for each command, with its own environment.

It is forked from the server that has imported the program once (``writer.fork``): to start a Python for each of fifty
commands would take a minute. One story of ``tests/upkeep/test_commands.py`` runs the installed program itself.
"""

import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from config import ROOT
from khuyenhoc.cli import main
from tests.support import writer

LONGEST = 120
"""Seconds after which a command that does not end has failed."""


def work(words: list[str], environment: dict[str, str], files: list[str], _line: Connection) -> None:
    """Run one command with its input, output and errors in files, and end with its exit code."""
    for number, (name, how) in enumerate(zip(files, (os.O_RDWR, os.O_WRONLY, os.O_WRONLY), strict=True)):
        opened = os.open(name, how | os.O_NOCTTY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (open(n, how, encoding="utf-8") for n, how in enumerate("rww"))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    main(words, prog_name="khuyenhoc")


class Terminal:
    """A shell in which nothing is set but the instance folder and, unless taken away, the secret."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder = folder
        self.env = {"PATH": os.environ["PATH"], "KHUYENHOC_INSTANCE": str(folder), "KHUYENHOC_SECRET_KEY": secret}

    def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """Exit code, what was said, and what was said on standard error."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write(typed)
            file.flush()
            return self._run(words, file.name)

    def at_the_keyboard(self, *words: str, typed: str) -> tuple[int, str, str]:
        """The same, where standard input is a terminal."""
        ours, theirs = pty.openpty()
        try:
            os.write(ours, f"{typed}\n".encode())
            return self._run(words, os.ttyname(theirs))
        finally:
            os.close(ours)
            os.close(theirs)

    def run_installed(self, *words: str) -> tuple[int, str, str]:
        """As ``run``, by the program that was installed."""
        command = [str(Path(sys.executable).with_name("khuyenhoc")), *words]
        done = subprocess.run(
            command, env=self.env, input="", capture_output=True, text=True, cwd=ROOT, check=False, timeout=LONGEST
        )
        return self._ended(done.returncode, done.stdout, done.stderr)

    def _run(self, words: Sequence[str], typed: str) -> tuple[int, str, str]:
        with tempfile.TemporaryDirectory() as folder:
            said, errors = Path(folder) / "said", Path(folder) / "errors"
            said.touch()
            errors.touch()
            process = writer.fork(work, list(words), self.env, [typed, str(said), str(errors)]).process
            process.join(LONGEST)
            assert process.exitcode is not None, f"khuyenhoc {' '.join(words)} does not end"
            return self._ended(process.exitcode, said.read_text("utf-8"), errors.read_text("utf-8"))

    def _ended(self, code: int, said: str, errors: str) -> tuple[int, str, str]:
        assert "Traceback" not in errors, errors
        return code, said, errors
