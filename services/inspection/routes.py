"""The address of the registers. Nothing in it is about anybody."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from services.access.pages.said import UNUSABLE
from services.access.pages.signed_in import desk_of
from services.inspection.page import NoPeriod, page_of, page_without, period_of
from services.inspection.reader import InspectionReader
from services.shared.pages import Pages

INSPECTION = "/inspection"


def inspection_router(pages: Pages) -> APIRouter:
    """It works without scripts."""
    router = APIRouter(include_in_schema=False)

    @router.get(INSPECTION)
    def registers(who: InspectionReader, since: str = "", until: str = "") -> Response:
        state = who.request.app.state
        zone = ZoneInfo(state.settings.facility_zone)
        with state.database.cursor() as cursor:
            try:
                period = period_of(since, until, desk_of(who.request).now(), zone)
            except NoPeriod:
                page, status = page_without(cursor, who, since, until), UNUSABLE
            else:
                who.log_view("registers")
                page, status = page_of(cursor, who, period), 200
        return pages.render(who.request, "inspection/registers.html", page, status=status)

    return router
