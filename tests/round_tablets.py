"""A tablet of the round as its page works: it keeps cookies, and sends JSON with the token of its session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from at_the_window import an_event
from people_pages import PlainBrowser, Someone
from round_prison import OTHER_PRISON, PRISON

ZONE = "Europe/Podgorica"
SEVEN = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
"""By the server's clock, an hour after the first dose is due."""
HERE, ELSEWHERE = f"Organization/{PRISON}", f"Organization/{OTHER_PRISON}"

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Tablet:
    """A browser with its script: it sends JSON as the page of the round does."""

    browser: PlainBrowser
    who: Someone
    device: UUID | None
    csrf: str = field(default="")

    def __post_init__(self) -> None:
        self.browser.http.headers["Accept"] = "application/json"
        self.browser.http.follow_redirects = False

    def here(self) -> httpx.Response:
        answer = self.browser.http.get("/round/here")
        self.csrf = answer.json().get("csrf", "") if answer.status_code == 200 else ""
        return answer

    def post(self, path: str, said: Any = None, **headers: str) -> httpx.Response:
        if not self.csrf:
            self.here()
        return self.browser.http.post(path, json={} if said is None else said, headers={"X-CSRF-Token": self.csrf, **headers})  # fmt: skip

    def list(self, *wings: str) -> dict[str, Any]:
        answer = self.post("/round/list", {"wings": list(wings)})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def rows(self) -> dict[str, dict[str, Any]]:
        """By person."""
        return {row["person"]: row for row in self.list()["rows"]}

    def gives(self, person: str = "p1", **changes: Any) -> httpx.Response:
        return self.post("/round/events", self.event(person, **changes))

    def event(self, person: str = "p1", **changes: Any) -> dict[str, Any]:
        who, device = str(self.who.account), str(self.device) if self.device else None
        base = {"recorded_by": who, "device": device, "witness": None, "single_handed": True}
        return an_event(person, **{**base, **changes})


SignIn = Callable[..., Tablet]
"""Signs somebody in by login name, on a registered tablet if one is named."""
