"""What the program wrote to its log, for tests to read."""

import io
import json
from typing import Any


class Log:
    """What the program wrote to its log."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]

    def forget(self) -> None:
        """Begin again."""
        self.stream.seek(0)
        self.stream.truncate()
