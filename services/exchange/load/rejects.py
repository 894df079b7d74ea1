"""The reject file: which line or entry was not taken, and why. It never holds a value of the resource."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from fhir_store.errors import Issue
from services.exchange.load.outcome import Outcome


class RejectFile:
    """NDJSON, one line per reason; made when the first reject comes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    @property
    def has_lines(self) -> bool:
        """Whether anything is listed."""
        return self._file is not None

    def add(self, outcome: Outcome) -> None:
        """List what was not taken from a batch."""
        for reject in outcome.rejects:
            self.count += 1
            place = "entry" if outcome.is_document else "line"
            for issue in reject.issues:
                self._write({"file": outcome.file, place: reject.place, **_told(issue)})

    def list_open(self, file: str, place: int, issue: Issue) -> None:
        """List a resource that was taken with a reference that nothing answers yet."""
        self._write({"file": file, "place": place, **_told(issue)})

    def _write(self, line: Mapping[str, str | int]) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _told(issue: Issue) -> Mapping[str, str]:
    return {"element": issue.expression, "code": issue.code, "reason": issue.message}
