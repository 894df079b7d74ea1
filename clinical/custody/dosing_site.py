"""Which one site gives somebody their doses, whatever number of stays and programmes is open.

Two stays may be open: a nurse records an arrival before the sending prison ends its own. The dosing site is exactly one of
them, or none, and is moved only by a hand-over that the new site recorded (a Task ``dosing#hand-over``, completed). The
table follows those Tasks; which site it is follows from them and from what is open, by ``dosing_site``. Nothing has to be
kept in step, and two hand-overs never leave two sites.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.encounters import OURS, RESTRICTED, instant, ours
from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

Json = Mapping[str, Any]

SYSTEM, HAND_OVER = f"{OURS}dosing", "hand-over"
VERIFIED = "urn:throughcare:extension:last-dose-verified"

LONG_AGO = datetime.min.replace(tzinfo=UTC)

dosing_hand_over = Table(
    "dosing_hand_over",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text, nullable=False),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
    Column("last_dose_verified", Boolean, nullable=False),
)


def hand_over_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(task: Json) -> Iterator[Json]:
        if row := hand_over_row(task, zone):
            yield row

    return Projection(dosing_hand_over, frozenset({"Task"}), rows)


def hand_over_row(task: Json, zone: ZoneInfo) -> Json | None:
    """The hand-over that a Task says; None if it is another one, or not done."""
    codings = task.get("code", {}).get("coding", ())
    is_one = any(one.get("system") == SYSTEM and one.get("code") == HAND_OVER for one in codings)
    patient, facility = target(task, "for", "Patient"), target(task, "owner", "Organization")
    at, _ = period_bounds(task.get("executionPeriod", {}), zone)
    if not is_one or task.get("status") != "completed" or patient is None or facility is None or at is None:
        return None
    said = [one.get("valueBoolean") for one in task.get("extension", ()) if one.get("url") == VERIFIED]
    return {"patient_id": patient, "facility_id": facility, "at": at, "last_dose_verified": said == [True]}


def hand_over_task(
    patient: str, to: str, at: datetime, *, before: str | None = None, verified: bool
) -> dict[str, Any]:
    """The Task by which a site takes the doses over.

    Args:
        patient: the id of the person's Patient.
        to: the id of the Organization that gives the doses from now on, and says so itself.
        at: from when.
        before: the id of the one that did, if there was one.
        verified: whether the last dose was verified with who gave it.
    """
    return {
        "resourceType": "Task",
        "meta": {"security": [RESTRICTED]},
        "extension": [{"url": VERIFIED, "valueBoolean": verified}],
        "status": "completed",
        "intent": "order",
        "code": ours("dosing", HAND_OVER),
        "for": {"reference": f"Patient/{patient}"},
        "executionPeriod": {"start": instant(at), "end": instant(at)},
        **({"requester": {"reference": f"Organization/{before}"}} if before else {}),
        "owner": {"reference": f"Organization/{to}"},
    }


@dataclass(frozen=True)
class Care:
    """A stay in custody, or an opioid treatment programme, at a facility."""

    facility: str
    since: datetime | None
    until: datetime | None
    is_stay: bool
    transferred: bool = False
    """Whether it ended because the person was transferred to another prison."""


@dataclass(frozen=True)
class HandOver:
    """The doses were taken over by a facility."""

    facility: str
    at: datetime
    verified: bool = False


def dosing_site(cares: Iterable[Care], hand_overs: Iterable[HandOver]) -> str | None:
    """The one facility that gives the doses; None if nobody does.

    The latest hand-over counts until its facility's own care ends. Without one it is the first place that is open: of stays
    the one that began first, else of programmes, since who is held cannot come to a centre. Where somebody was transferred
    and nobody received them yet, it is still the sender. Once a site that took over has closed, those that were open before
    do not become the site again by themselves: nobody knows whether they still give anything.
    """
    known = list(cares)
    latest = max(hand_overs, key=lambda one: (one.at, one.facility), default=None)
    if latest is not None and not _has_ended(latest, known):
        return latest.facility
    standing = [one for one in known if latest is None or _is_newer(one, latest)]
    opened = [one for one in standing if one.until is None]
    first = min(
        [one for one in opened if one.is_stay] or opened,
        key=lambda one: (one.since or LONG_AGO, one.facility),
        default=None,
    )
    return first.facility if first else _sender(standing)


def _has_ended(latest: HandOver, cares: Iterable[Care]) -> bool:
    """Whether the site that took over has closed its care since. Of a hospital none is known here, so it goes on."""
    own = [one for one in cares if one.facility == latest.facility]
    return not any(one.until is None for one in own) and any(
        one.until is not None and one.until >= latest.at for one in own
    )


def _is_newer(care: Care, latest: HandOver) -> bool:
    """Whether it is where the doses were taken over, or began after that."""
    return care.facility == latest.facility or (care.since is not None and care.since > latest.at)


def _sender(cares: Iterable[Care]) -> str | None:
    """Where the last stay was, if it ended by a transfer."""
    last = max(
        (one for one in cares if one.is_stay),
        key=lambda one: (one.until or LONG_AGO, one.facility),
        default=None,
    )
    return last.facility if last and last.transferred else None
