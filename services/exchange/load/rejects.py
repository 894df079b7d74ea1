"""The reject file: which line or entry was not taken, and why. It never holds a value of the resource."""

import json
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from fhir_store.errors import Issue


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

    def add(self, file: str, place: int, issues: tuple[Issue, ...]) -> None:
        """Note one resource that was not taken."""
        self.count += 1
        for issue in issues:
            self._write(
                {
                    "file": file,
                    "place": place,
                    "element": issue.expression,
                    "code": issue.code,
                    "reason": issue.message,
                }
            )

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
