"""How a page is made: a template, one frozen dataclass with what it shows, and the shell around it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from services.shared.assets import Assets
from services.shared.errors import Problem
from services.shared.formats import filters
from services.shared.languages import Language, Languages, current_language, gettext, ngettext
from services.shared.visit import NOBODY, Visit, Visits

SERVICES = Path(__file__).parent.parent

Theme = Literal["auto", "day", "night"]
THEMES: tuple[Theme, ...] = ("auto", "day", "night")
THEME_COOKIE = "theme"
LANGUAGE_COOKIE = "lang"


@dataclass(frozen=True)
class Shell:
    """What surrounds every page."""

    demo: bool
    theme: Theme
    language: Language
    languages: tuple[Language, ...]
    here: str  # where the preference forms lead back to
    section: str  # the item of the navigation that is open
    visit: Visit = NOBODY


@dataclass(frozen=True)
class ErrorPage:
    """What an error page shows. Both texts still wait for their translation."""

    status: int
    title: str
    message: str
    reference: str


class Pages:
    """Renders the templates of all services: ``ministry/figure.html`` is in ``services/ministry/templates``."""

    def __init__(
        self,
        assets: Assets,
        languages: Languages,
        zone: str,
        visits: Visits = lambda request: NOBODY,
        visits_known: Visits = lambda request: NOBODY,
    ) -> None:
        """``visits_known`` asks nobody: where an error is answered, the database may be what is missing."""
        self.assets = assets
        self.languages = languages
        self._visits = visits
        self._visits_known = visits_known
        folders = {folder.parent.name: FileSystemLoader(folder) for folder in SERVICES.glob("*/templates")}
        self._environment = Environment(
            loader=PrefixLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        self._environment.filters.update(filters(zone))
        self._environment.globals["asset"] = assets.address

    def render(self, request: Request, template: str, page: object, *, status: int = 200) -> HTMLResponse:
        """The template with ``page``, in the language and theme of the request."""
        shell = self._shell(request, request.url.path, self._visits(request))
        return self._respond(template, page, shell, status)

    def error(self, request: Request, problem: Problem) -> HTMLResponse:
        """The page for an error. It repeats nothing of the request, not even its address."""
        page = ErrorPage(problem.status, problem.title, problem.message, request.state.request_id)
        shell = self._shell(request, "/", self._visits_known(request))
        answer = self._respond("shared/error.html", page, shell, problem.status)
        answer.headers.update(problem.headers)
        return answer

    def _shell(self, request: Request, here: str, visit: Visit) -> Shell:
        return Shell(
            demo=request.app.state.demo,
            theme=_theme(request.cookies.get(THEME_COOKIE)),
            language=current_language(),
            languages=tuple(self.languages.offered.values()),
            here=here,
            section=here.partition("/")[2].partition("/")[0],
            visit=visit,
        )

    def _respond(self, template: str, page: object, shell: Shell, status: int) -> HTMLResponse:
        body = self._environment.get_template(template).render(page=page, shell=shell)
        return HTMLResponse(body, status, headers={"Content-Language": shell.language.tag})


def _theme(wish: str | None) -> Theme:
    return next((theme for theme in THEMES if theme == wish), "auto")
