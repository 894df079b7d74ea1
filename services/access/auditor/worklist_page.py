"""Unusual access as a worklist: each finding with the events behind it, and what came of those handled last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from fastapi.responses import HTMLResponse

from fhir_store.keyring import Keyring
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.audit.log.found import events_with
from services.access.audit.unusual import RULES
from services.access.audit.unusual.rule import UnusualRule
from services.access.auditor.findings import (
    REASONS,
    Finding,
    Handled,
    Sight,
    handle,
    handled_findings,
    open_finding,
    open_findings,
)
from services.access.auditor.names import Names, names_for
from services.access.auditor.reader import Auditor
from services.access.auditor.rows import Row, rows_of
from services.access.pages.forms import answered
from services.access.pages.said import UNUSABLE, Said
from services.access.pages.signed_in import desk_of
from services.access.people.request_journal import journal_of
from services.shared.languages import N_
from services.shared.languages import gettext as _
from services.shared.pages import Pages

UNUSUAL = "/audit/unusual"
SHOWN_OF_EACH = 20
"""Events that are shown of a finding; the rest is found by a search for the account and the day."""

BY_CODE: Mapping[str, UnusualRule] = {rule.code: rule for rule in RULES}

CHOOSE = N_("Choose what came of it, then save again.")
GONE = N_("This finding waits no more: somebody else has handled it, or it is about you.")
RESULTS: Mapping[str, str] = {"explained": N_("Explained"), "passed-on": N_("Passed on")}


@dataclass(frozen=True)
class Item:
    """A finding that waits."""

    number: int
    title: str
    words: str
    who: str
    facility: str
    first_at: datetime
    last_at: datetime
    people: int
    count: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Done:
    """A finding that was handled."""

    title: str
    who: str
    facility: str
    first_at: datetime
    result: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class WorklistPage:
    """The page."""

    items: tuple[Item, ...]
    done: tuple[Done, ...]
    choices: Mapping[str, Mapping[str, str]]
    results: Mapping[str, str]
    rules: tuple[UnusualRule, ...]
    said: Said | None


def sight_of_findings(who: Auditor) -> Sight:
    """What this auditor may see of it now."""
    return Sight(who.facilities, who.name, desk_of(who.request).now())


def worklist_page(pages: Pages, who: Auditor, said: Said | None = None) -> HTMLResponse:
    """The worklist, once it is logged that it was looked at."""
    database = who.request.app.state.database
    with database.transaction() as connection:
        waiting = open_findings(connection, sight_of_findings(who))
        handled = handled_findings(connection, sight_of_findings(who))
    about = Subjects(targets=sorted({one.actor for one in waiting}))
    who.log(kinds.audit_read(who.circumstances(), "unusual access", about, results=len(waiting)))
    with database.cursor() as cursor:
        keyring = who.context.keyring
        names = _names(cursor, keyring, waiting, handled)
        page = WorklistPage(
            tuple(_item(cursor, keyring, one, names) for one in waiting),
            tuple(_done(one, names) for one in handled),
            REASONS,
            RESULTS,
            RULES,
            said,
        )
    return answered(pages, who.request, "unusual", page, said)


def handle_finding(who: Auditor, number: str, outcome: str) -> Said | None:
    """Keep what came of a finding, and log it, in one transaction; why not, if it cannot be."""
    result, _dot, reason = outcome.partition(".")
    if reason not in REASONS.get(result, {}):
        return Said(_(CHOOSE), UNUSABLE)
    sight = sight_of_findings(who)
    with who.request.app.state.database.transaction() as connection:
        found = open_finding(connection, sight, int(number)) if _is_number(number) else None
        if found is None:
            return Said(_(GONE), UNUSABLE)
        handle(connection, found, result, reason, who.who.account.id, sight)
        about = Subjects(targets=[found.actor])
        journal_of(who.request).record(
            connection, kinds.audit_review(who.circumstances(), found.number, result, reason, about)
        )
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _names(
    cursor: psycopg.Cursor[Any], keyring: Keyring, waiting: list[Finding], handled: list[Handled]
) -> Names:
    findings = [*waiting, *(one.finding for one in handled)]
    actors = [*(one.actor for one in findings), *(f"account/{one.handled_by}" for one in handled)]
    return names_for(cursor, keyring, actors, [one.facility for one in findings])


def _item(cursor: psycopg.Cursor[Any], keyring: Keyring, one: Finding, names: Names) -> Item:
    rule = BY_CODE.get(one.rule)
    return Item(
        one.number,
        _(rule.title) if rule else one.rule,
        _(rule.words) if rule else "",
        names.of(one.actor),
        names.facility(one.facility),
        one.first_at,
        one.last_at,
        one.people,
        len(one.events),
        rows_of(cursor, keyring, events_with(cursor, one.events[:SHOWN_OF_EACH])),
    )


def _done(one: Handled, names: Names) -> Done:
    rule = BY_CODE.get(one.finding.rule)
    return Done(
        _(rule.title) if rule else one.finding.rule,
        names.of(one.finding.actor),
        names.facility(one.finding.facility),
        one.finding.first_at,
        _(RESULTS[one.result]),
        _(REASONS[one.result].get(one.reason, one.reason)),
        names.of(f"account/{one.handled_by}"),
        one.handled_at,
    )
