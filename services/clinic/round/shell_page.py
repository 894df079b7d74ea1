"""The shell of the round: a page without anything of a person, and the worker that keeps it for a day without network.

All that is kept is named in ``Shell``; its version changes with any of it, and the browser then fetches all anew.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from services.shared.actors import Public
from services.shared.assets import Assets
from services.shared.pages import Pages
from services.shared.script_texts import texts_of_scripts, translated

ROUND = "/round"
CLINIC = Path(__file__).parents[1]
SCRIPTS = CLINIC / "static" / "round"
TEMPLATE = CLINIC / "templates" / "round_shell.html"

ORDER = ("words", "clock", "store", "vault", "persistence", "contact", "outbox", "reads", "drawing", "state", "letter", "own-stops", "rows", "cup", "beside", "code", "card", "happened", "after", "somebody", "telephone", "emergency", "lock", "check", "renewal")  # fmt: skip
"""The scripts as they build on one another; ``round.js`` starts them."""
STYLES = ("tokens.css", "site.css", "round.css", "round-tablet.css")
WORKER = "round-worker.js"


@dataclass(frozen=True)
class ShellPage:
    """What the page shows before its scripts have run."""

    scripts: Sequence[str]
    styles: Sequence[str]
    texts: dict[str, str]
    zone: str
    version: str


class Shell:
    """The files of the page, and under which version they are kept together."""

    def __init__(self, assets: Assets) -> None:
        names = (*(f"round-{name}.js" for name in ORDER), "round.js")
        self.scripts = tuple(assets.address(name) for name in names)
        self.styles = tuple(assets.address(name) for name in STYLES)
        self.files = (*self.styles, *self.scripts, assets.address("mark.svg"))

    @cached_property
    def version(self) -> str:
        """Another one as soon as the page or any of its files is another."""
        whole = "\n".join(self.files).encode() + TEMPLATE.read_bytes() + (SCRIPTS / WORKER).read_bytes()
        return hashlib.sha256(whole).hexdigest()[:16]

    @cached_property
    def texts(self) -> Sequence[str]:
        """What its scripts may say."""
        return texts_of_scripts(SCRIPTS)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """By which a browser installs the page, and then keeps what is on it. Name and picture say nothing of what it is for."""
        icon = {"src": self.files[-1], "type": "image/svg+xml", "sizes": "any"}
        return {
            "id": ROUND,
            "name": "Throughcare",
            "short_name": "Throughcare",
            "start_url": ROUND,
            "scope": "/",
            "display": "standalone",
            "icons": [icon],
        }

    @cached_property
    def worker(self) -> str:
        """The worker with what it is to keep."""
        kept = {"version": self.version, "page": ROUND, "files": self.files}
        return f"const SHELL = {json.dumps(kept)};\n{(SCRIPTS / WORKER).read_text(encoding='utf-8')}"


def shell_router(pages: Pages) -> APIRouter:
    """The page and its worker. Neither says who asks, so anybody may."""
    router = APIRouter(include_in_schema=False)
    shell = Shell(pages.assets)

    @router.get(ROUND)
    def page(request: Request, public: Public) -> Response:
        zone = request.app.state.settings.facility_zone
        texts = dict(translated(shell.texts))
        shown = ShellPage(shell.scripts, shell.styles, texts, zone, shell.version)
        answer = pages.render(request, "clinic/round_shell.html", shown)
        answer.headers["X-Shell"] = shell.version
        return answer

    @router.get(f"{ROUND}/manifest.webmanifest")
    def manifest(public: Public) -> Response:
        return Response(json.dumps(shell.manifest), media_type="application/manifest+json")

    @router.get(f"{ROUND}/worker.js")
    def worker(public: Public) -> Response:
        headers = {"Service-Worker-Allowed": ROUND}
        return Response(shell.worker, media_type="text/javascript; charset=utf-8", headers=headers)

    return router
