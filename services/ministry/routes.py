"""The ministry's dashboard: the page, its figure, its file."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from cascade.figures import FigureLabels, people_given_oat
from services.ministry.actors import DemoReader
from services.ministry.cube import Cube, Snapshot
from services.ministry.download import people_given_oat_csv
from services.ministry.page import WaitingPage, cells_of, dashboard
from services.shared.errors import Unavailable
from services.shared.formats import count, month
from services.shared.languages import N_, ngettext
from services.shared.languages import gettext as _
from services.shared.pages import Pages
from services.shared.security import POLICY_WITH_PLOTLY

FIGURE = "/ministry/figures/people-given-oat.json"
CSV = "/ministry/people-given-oat.csv"


class NotCountedYet(Unavailable):
    title = N_("Not counted yet")
    message = N_("The records are still being counted. Try again in a moment.")


def ministry_router(pages: Pages, cube: Cube) -> APIRouter:
    """The routes of the dashboard."""
    router = APIRouter(include_in_schema=False)

    @router.get("/ministry")
    def ministry(request: Request, reader: DemoReader) -> HTMLResponse:
        view = cube.view()
        if view.snapshot is None:
            return pages.render(
                request, "ministry/waiting.html", WaitingPage("failed" if view.failed else "computing")
            )
        page = dashboard(view.snapshot, computing=view.computing, figure=FIGURE, csv=CSV)
        if page is None:
            return pages.render(request, "ministry/waiting.html", WaitingPage("empty"))
        answer = pages.render(request, "ministry/dashboard.html", page)
        answer.headers["Content-Security-Policy"] = POLICY_WITH_PLOTLY
        return answer

    @router.get(FIGURE)
    def figure(reader: DemoReader) -> Response:
        return Response(people_given_oat(_counted(cube).frame, labels()), media_type="application/json")

    @router.get(CSV)
    def csv(request: Request, reader: DemoReader) -> Response:
        snapshot = _counted(cube)
        text = people_given_oat_csv(cells_of(snapshot.frame), demo=request.app.state.demo)
        name = f"people-given-oat_{snapshot.data_as_of:%Y-%m-%d}_CONFIDENTIAL.csv"
        return Response(
            text, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    return router


def _counted(cube: Cube) -> Snapshot:
    snapshot = cube.view().snapshot
    if snapshot is None:
        raise NotCountedYet
    return snapshot


def labels() -> FigureLabels:
    """The words of the figure, in the language of the request."""
    return FigureLabels(
        all_facilities=_("All facilities, people a month"),
        each_facility=_("Each facility, people a month"),
        unknown_facility=_("Place not recorded"),
        unnamed_facility=_("Facility"),
        other_facilities=_other_facilities,
        month=month,
        number=count,
    )


def _other_facilities(number: int) -> str:
    return ngettext("%(number)s other facility", "%(number)s other facilities", number) % {
        "number": count(number)
    }
