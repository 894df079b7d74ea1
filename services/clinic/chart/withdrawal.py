"""The withdrawal of somebody who stands here now, scored on one page: the eleven findings of the COWS, and the scores before.

Whoever is stopped gets it, so the page is one tap from each stop. A score with a finding missing is not kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Connection

from clinical.oat.cows import BAND_WORDS, CODE, POINTS, WORDS, Cows, Item, cows_of, observation_of
from clinical.oat.shapes import OURS
from clinical.reception.questions.withdrawal import FINDINGS
from fhir_store.search import parse_query, search
from fhir_store.write import raw_cursor
from services.clinic.asking import Asking
from services.clinic.chart.periodic import OBSERVATION, is_known, me
from services.clinic.consent_form import Unfit
from services.clinic.openings import Choice
from services.clinic.permitted import may_make, require
from services.clinic.reading import Patient, parsed
from services.clinic.round.typed import uuid_in
from services.clinic.writing import new_with_id, save_for
from services.shared.languages import N_

LAST = 5
"""Scores that are shown."""

MISSING = N_("Answer every finding: a score with one missing would look milder than the person is.")


@dataclass(frozen=True)
class Finding:
    """One of the eleven. ``chosen``: the points that were chosen; empty: none yet. Words wait for their translation."""

    code: str
    words: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True)
class Score:
    """One that was kept."""

    at: datetime
    total: int
    words: str


@dataclass(frozen=True)
class Withdrawal:
    """As the page shows it."""

    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    may_score: bool
    new: str


def withdrawal_of(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    treated_at: Sequence[str],
    typed: Mapping[str, str],
) -> Withdrawal:
    """What the reader may see of it, with what was typed before."""
    return Withdrawal(
        tuple(_finding(item, typed.get(item, "")) for item in Item),
        tuple(_scores(asking, cursor, patient)),
        may_make(patient.actor, patient.id, treated_at, OBSERVATION),
        typed.get("entry") or str(uuid4()),
    )


def keep_score(asking: Asking, connection: Connection, patient: Patient, typed: Mapping[str, str]) -> None:
    """Keep a score; sent twice it is one. Raises Unfit, BadRequest, Forbidden."""
    require(asking, raw_cursor(connection), patient, OBSERVATION)
    id_ = str(uuid_in(typed.get("entry", "")))
    scored = Cows(id_, patient.id, asking.at, points_in(typed), me(asking, connection))
    if scored.missing:
        raise Unfit(MISSING)
    if not is_known(asking, connection, OBSERVATION, id_):
        save_for(asking, connection, patient, [new_with_id(observation_of(scored))])


def points_in(typed: Mapping[str, str]) -> dict[Item, int]:
    """The points of each finding that were typed and that it can have."""
    return {
        item: int(typed[item]) for item in Item if typed.get(item, "") in [str(one) for one in POINTS[item]]
    }


def _finding(item: Item, chosen: str) -> Finding:
    choices = zip(POINTS[item], FINDINGS[item], strict=True)
    return Finding(item, WORDS[item], tuple(Choice(str(points), words) for points, words in choices), chosen)


def _scores(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Score]:
    asked = [("code", f"{OURS}observation|{CODE}"), ("_count", "50")]
    found = [
        cows
        for record in patient.records
        for stored in search(
            cursor, parse_query(OBSERVATION, asked, context=asking.context(patient.actor), patient=record)
        ).matches
        if (cows := cows_of(parsed(stored), asking.zone))
    ]
    whole = sorted((one for one in found if one.band), key=attrgetter("at"), reverse=True)[:LAST]
    return [Score(one.at, one.total or 0, BAND_WORDS[one.band]) for one in whole if one.band]
