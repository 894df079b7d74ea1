"""Whether anybody of the invented country is named in a log line or an error answer, asked of all that a run wrote.

The tests of each part say what it may write and answer; this one looks at whatever was written and answered meanwhile, by
whichever test. It sees the programs that run in a process of the tests, and the log of their PostgreSQL.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.types import Message, Receive, Scope, Send

from services.demo.country.names import FAMILY, FAMILY_CYRILLIC, MEN, WOMEN
from services.shared import logs, outcomes
from services.shared.security import SecurityHeaders

FAMILY_NAME = rf"(?<![\w>])(?:{FAMILY}|{FAMILY_CYRILLIC})(?!\w)"
"""Of everybody in the country, as a word and in capitals; alone in an element it is the banner of every page of a demo."""

NUMBER = r"(?i:(?<!\w)demo-(?:p-)?\d+)"
"""A national id or a prison number, however its letters are written."""

RECORD = r"(?<!\w)demo-(?:person|human)-[\w-]+"
"""The id of somebody's record."""

BIRTH_DATE = r"(?<!\d)(?:19[2-9]\d|200\d)-[01]\d-[0-3]\d(?!\d)"
"""A day up to 2009: nothing else in the country, or about a program, is as old."""

TELEPHONE = r"(?<![\w+])\+\d{2,3}[ /-]?\d{2}[ /-]?\d{3}[ /-]?\d{3}(?!\d)"

RESULT = r"(?<!\w)\d+(?:[.,]\d+)? ?(?:\{?(?:Log_)?(?:copies|cells)\}?/|mg\b|mmol/L)"
"""A number with the unit of a viral load, a CD4 count, a dose or a level."""

QUANTITY = r'"value": ?-?\d'
"""A number as a resource has it. No log line and no error answer has a field of that name."""

PEOPLE = re.compile(rf"{FAMILY_NAME}|{NUMBER}|{RECORD}|{BIRTH_DATE}|{TELEPHONE}|{RESULT}|{QUANTITY}")
"""What no error answer says."""

# Staff have such names, too, and a page says who is signed in; but the log says that of nobody.
GIVEN_NAMES = "|".join(name for name in (*WOMEN, *MEN) if len(name) > 3)
ANYBODY = re.compile(rf"{PEOPLE.pattern}|(?<!\w)(?:{GIVEN_NAMES})(?!\w)")
"""What no log line says."""

# As they are without any scan, so that one within another has what happens meanwhile to itself.
RENDERER_TO, ANSWER, ISSUE = logs._renderer, SecurityHeaders.__call__, outcomes._issue

FIRST_ERROR = 400
MOST_TOLD = 20
AROUND = 60


@dataclass
class LogScan:
    """What was looked at, and what of it was about somebody."""

    lines: int = 0
    errors: int = 0
    found: list[str] = field(default_factory=list)

    def log(self, line: str) -> None:
        """Look at what was written to the log."""
        self.lines += 1
        self._look(ANYBODY, line, "log")

    def error(self, answer: str) -> None:
        """Look at what was answered about something that is wrong."""
        self.errors += 1
        self._look(PEOPLE, answer, "error answer")

    def _look(self, sought: re.Pattern[str], said: str, where: str) -> None:
        if (hit := sought.search(said)) and len(self.found) < MOST_TOLD:
            around = said[max(0, hit.start() - AROUND) : hit.end() + AROUND]
            test = os.environ.get("PYTEST_CURRENT_TEST", "between the tests")
            self.found.append(f"{where}, {test}: …{around}…")


@contextmanager
def scanning() -> Iterator[LogScan]:
    """What every log line and error answer of this process said meanwhile."""
    scan = LogScan()
    with pytest.MonkeyPatch.context() as patched:
        _scan_the_log(scan, patched)
        _scan_the_answers(scan, patched)
        yield scan


def scan_files(scan: LogScan, folder: Path) -> None:
    """Look at the logs of the PostgreSQL servers whose homes are right below a folder."""
    for file in folder.glob("*/*.log"):
        scan.log(file.read_text(errors="replace"))


def _scan_the_log(scan: LogScan, patched: pytest.MonkeyPatch) -> None:
    def scanned_renderer_to(out: Any) -> structlog.types.Processor:
        render = RENDERER_TO(out)

        def scanned(logger: Any, method: str, line: Any) -> Any:
            written = render(logger, method, line)
            scan.log(str(written))
            return written

        return scanned

    patched.setattr(logs, "_renderer", scanned_renderer_to)


def _scan_the_answers(scan: LogScan, patched: pytest.MonkeyPatch) -> None:
    """Answers with the status of an error, and outcomes of single entries in an answer that is none."""

    async def scanned_answer(self: SecurityHeaders, scope: Scope, receive: Receive, send: Send) -> None:
        await ANSWER(self, scope, receive, _scanned(send, scan))

    def scanned_issue(*said: Any) -> Any:
        made = ISSUE(*said)
        scan.error(str(made))
        return made

    patched.setattr(SecurityHeaders, "__call__", scanned_answer)
    patched.setattr(outcomes, "_issue", scanned_issue)


ERROR_PAGE = b"notice-status"
"""By which the page of an error is told from a page that shows its own form again, with whom it is about."""


def _scanned(send: Send, scan: LogScan) -> Send:
    wrong, said = False, b""

    async def scanned(message: Message) -> None:
        nonlocal wrong, said
        if message["type"] == "http.response.start":
            wrong = message["status"] >= FIRST_ERROR
        elif wrong and message["type"] == "http.response.body":
            said += message.get("body", b"")
            if not message.get("more_body") and (b"<html" not in said or ERROR_PAGE in said):
                scan.error(said.decode(errors="replace"))
        await send(message)

    return scanned
