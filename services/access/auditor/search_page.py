"""The log itself: how it stands, a search, and what was found in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from services.access.audit import kinds
from services.access.audit.fhir import audit_event
from services.access.audit.kinds import Subjects
from services.access.audit.log.found import Page, Wanted, page_of
from services.access.audit.log.sheet import sheet
from services.access.audit.log.state import LogState, last_head, log_state
from services.access.audit.words import KINDS
from services.access.auditor.asked import NotUnderstood, Typed, wanted, written
from services.access.auditor.names import facilities_named
from services.access.auditor.reader import Auditor
from services.access.auditor.rows import Row, rows_of
from services.access.pages.forms import answered
from services.access.pages.said import UNUSABLE, Said
from services.access.pages.signed_in import desk_of
from services.access.people.request_journal import audit_of
from services.shared.errors import NotFound
from services.shared.languages import gettext as _
from services.shared.pages import Pages

AUDIT = "/audit"
FHIR_JSON = "application/fhir+json"
MOST_DOWNLOADED = 1_000
"""Events that one file holds. Proposed."""


@dataclass(frozen=True)
class AuditPage:
    """The page."""

    state: LogState
    typed: Typed
    rows: tuple[Row, ...]
    onward: str
    """Where the next page begins; empty on the last one."""
    is_first: bool
    kinds: Mapping[str, str]
    facilities: tuple[tuple[str, str], ...]
    confined: bool
    open_findings: int
    said: Said | None


def zone_of(request: Request) -> ZoneInfo:
    """The facilities' zone."""
    return ZoneInfo(request.app.state.settings.facility_zone)


def search_page(pages: Pages, who: Auditor, typed: Typed, open_findings: int) -> HTMLResponse:
    """What was found, once it is logged that it was looked for; or why nothing was looked for."""
    with who.request.app.state.database.cursor() as cursor:
        try:
            found = _wanted(cursor, who, typed)
        except NotUnderstood as refused:
            said = Said(_(str(refused)), UNUSABLE)
            return answered(pages, who.request, "audit", _page(who, cursor, typed, said, open_findings), said)
        page = page_of(cursor, found, audit_of(who.request).keys.subject)
        who.log(_looked(who, "search", found, len(page.events)))
        rows = rows_of(cursor, who.context.keyring, page.events, this_person=found.about is not None)
        shown = replace(_page(who, cursor, typed, None, open_findings), rows=rows, onward=written(page.after))
    return answered(pages, who.request, "audit", shown, None)


def download(who: Auditor, typed: Typed) -> Response:
    """What was found as a Bundle of FHIR AuditEvents, as many as one file holds. Raises NotFound."""
    with who.request.app.state.database.cursor() as cursor:
        try:
            found = replace(_wanted(cursor, who, typed), before=None)
        except NotUnderstood:
            raise NotFound from None
        page = page_of(cursor, found, audit_of(who.request).keys.subject, MOST_DOWNLOADED)
        who.log(
            _looked(who, "download", found, len(page.events)),
            kinds.export(who.circumstances(), ["AuditEvent"], results=len(page.events), page="audit log"),
        )
    name = f"audit-events-{desk_of(who.request).now():%Y%m%dT%H%M%SZ}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_bundle(page, _site(who.request)), media_type=FHIR_JSON, headers=headers)


def head_sheet(who: Auditor) -> Response:
    """The last signed head as a sheet to be printed. Raises NotFound."""
    with who.request.app.state.database.transaction() as connection:
        head = last_head(connection)
    if head is None:
        raise NotFound
    who.log(kinds.audit_read(who.circumstances(), "head", results=head.size))
    return Response(sheet(head, zone_of(who.request)), media_type="image/svg+xml")


def _wanted(cursor: psycopg.Cursor[Any], who: Auditor, typed: Typed) -> Wanted:
    return wanted(cursor, typed, who.context, desk_of(who.request).now(), who.facilities)


def _looked(who: Auditor, page: str, found: Wanted, results: int) -> kinds.AuditEvent:
    about = Subjects(patients=found.about or (), targets=[found.who] if found.who else [])
    return kinds.audit_read(who.circumstances(), page, about, filters=found.filters, results=results)


def _page(
    who: Auditor, cursor: psycopg.Cursor[Any], typed: Typed, said: Said | None, open_findings: int
) -> AuditPage:
    with who.request.app.state.database.transaction() as connection:
        state = log_state(connection)
    facilities = tuple(facilities_named(cursor, who.context.keyring, who.facilities))
    confined = who.facilities is not None
    return AuditPage(state, typed, (), "", not typed.before, KINDS, facilities, confined, open_findings, said)


def _bundle(page: Page, site: str) -> str:
    """A collection: nothing in it can be asked for by its address."""
    events = [{"resource": {**audit_event(one.sealed, site=site), "id": str(one.seq)}} for one in page.events]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if page.after is not None:
        words = _("There are more events than one file holds. Choose fewer days for the rest.")
        issue = {"severity": "warning", "code": "incomplete", "diagnostics": words}
        events.append({"resource": {"resourceType": "OperationOutcome", "issue": [issue]}})
    return json.dumps(bundle | ({"entry": events} if events else {}), ensure_ascii=False)


def _site(request: Request) -> str:
    return str(request.url.hostname or "localhost")
