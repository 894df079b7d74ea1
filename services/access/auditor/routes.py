"""Every address of the auditor's pages. What is searched for is posted: an address ends up in logs that are not ours."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.access.auditor.asked import Typed
from services.access.auditor.findings import how_many_open
from services.access.auditor.reader import Auditor, AuditReader
from services.access.auditor.search_page import AUDIT, download, head_sheet, search_page
from services.access.auditor.worklist_page import UNUSUAL, handle_finding, sight_of_findings, worklist_page
from services.access.pages.forms import Field
from services.shared.pages import Pages


def auditor_router(pages: Pages) -> APIRouter:
    """The addresses. All of them work without scripts."""
    router = APIRouter(include_in_schema=False)

    @router.get(AUDIT)
    def newest(who: AuditReader) -> Response:
        return search_page(pages, who, Typed(), _waiting(who))

    @router.post(AUDIT)
    def search(
        who: AuditReader,
        person: Field = "",
        account: Field = "",
        facility: Field = "",
        kind: Field = "",
        since: Field = "",
        until: Field = "",
        before: Field = "",
    ) -> Response:
        typed = Typed(person, account, facility, kind, since, until, before)
        return search_page(pages, who, typed, _waiting(who))

    @router.post(f"{AUDIT}/download")
    def file(
        who: AuditReader,
        person: Field = "",
        account: Field = "",
        facility: Field = "",
        kind: Field = "",
        since: Field = "",
        until: Field = "",
    ) -> Response:
        return download(who, Typed(person, account, facility, kind, since, until))

    @router.get(f"{AUDIT}/head.svg")
    def head(who: AuditReader) -> Response:
        return head_sheet(who)

    @router.get(UNUSUAL)
    def unusual(who: AuditReader) -> Response:
        return worklist_page(pages, who)

    @router.post(UNUSUAL)
    def handled(who: AuditReader, finding: Field = "", outcome: Field = "") -> Response:
        said = handle_finding(who, finding, outcome)
        return RedirectResponse(UNUSUAL, 303) if said is None else worklist_page(pages, who, said)

    return router


def _waiting(who: Auditor) -> int:
    with who.request.app.state.database.transaction() as connection:
        return how_many_open(connection, sight_of_findings(who))
