"""The cascade page, its figures and its files. No route takes a parameter that chooses whom to count."""

import json
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from cascade.confidential_view import ConfidentialView
from services.ministry.actors import ConfidentialReader, log_file, log_view
from services.ministry.cube import Cube
from services.ministry.figures import figures
from services.ministry.files import everything_csv, handling, section_csv
from services.ministry.numbers import Numbers
from services.ministry.page import WaitingPage, cascade_page
from services.ministry.section import Section
from services.shared.errors import NotFound, Unavailable
from services.shared.languages import N_
from services.shared.pages import Pages
from services.shared.security import POLICY_WITH_PLOTLY

EVERYTHING = "everything"


class NotCountedYet(Unavailable):
    title = N_("Not counted yet")
    message = N_("The records are still being counted. Try again in a moment.")


def ministry_router(pages: Pages) -> APIRouter:
    """The routes of the page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/ministry")
    def ministry(request: Request, who: ConfidentialReader) -> HTMLResponse:
        found = _cube(request).view()
        if found.snapshot is None:
            state = "failed" if found.failed else "computing"
            return pages.render(request, "ministry/waiting.html", WaitingPage(state))
        page = cascade_page(
            found.snapshot.view,
            computing=found.computing,
            handling=handling(demo=request.app.state.demo),
        )
        if page is None:
            return pages.render(request, "ministry/waiting.html", WaitingPage("empty"))
        log_view(request, who, "cascade")
        answer = pages.render(request, "ministry/cascade.html", page)
        answer.headers["Content-Security-Policy"] = POLICY_WITH_PLOTLY
        return answer

    @router.get("/ministry/figures/{name}.json")
    def figure(name: str, request: Request, who: ConfidentialReader) -> Response:
        drawing = _section(_counted(request), name).drawing
        if drawing is None:
            raise NotFound
        log_view(request, who, f"figure {name}")
        text = json.dumps({"wide": drawing.wide, "narrow": drawing.narrow}, ensure_ascii=False)
        return Response(text, media_type="application/json")

    @router.get("/ministry/files/{name}.csv")
    def file(name: str, request: Request, who: ConfidentialReader) -> Response:
        view, demo = _counted(request), request.app.state.demo
        if name == EVERYTHING:
            text = everything_csv(view, demo=demo)
        else:
            text = section_csv(_section(view, name), demo=demo)
        log_file(request, who, f"file {name}")
        return _download(text, name, view.period_end)

    return router


def _cube(request: Request) -> Cube:
    cube: Cube = request.app.state.cube
    return cube


def _counted(request: Request) -> ConfidentialView:
    snapshot = _cube(request).view().snapshot
    if snapshot is None:
        raise NotCountedYet
    return snapshot.view


def _section(view: ConfidentialView, name: str) -> Section:
    """A figure of the page. Raises NotFound."""
    found = next((one for one in figures() if one.name == name), None)
    if found is None:
        raise NotFound
    return found.section(Numbers(view))


def _download(text: str, name: str, period_end: date) -> Response:
    disposition = f'attachment; filename="{name}_{period_end:%Y-%m-%d}_CONFIDENTIAL.csv"'
    return Response(text, media_type="text/csv", headers={"Content-Disposition": disposition})
