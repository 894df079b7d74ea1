"""Record what happened: an event of a tablet into the record, once, whatever it says.

One transaction: the event as it was sent, the record that is made of it, what the register says of it, and what has to
be done afterwards. The same event again is answered as the first time. Nothing here refuses a dose.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from clinical.oat.dosing_error import DosingError, errors_of
from clinical.oat.happened import Happened, Kind
from clinical.oat.happened_resource import happened_of, in_error, resource_of
from clinical.oat.release import detected_issue_of
from clinical.oat.round import kept
from clinical.oat.round.clock import Occurred, occurred
from clinical.oat.round.dose_event import DoseEvent, event_of
from clinical.oat.round.flags import Flag, Outcome, outcome_of
from clinical.oat.round.follow_up import OF_MISTAKE, Follows, RoundTask, follow_up
from clinical.oat.round.judge import Circumstances, Judged, judge, of_hands, released_by_nurse
from clinical.oat.round.kept import UNKNOWN, Kept, Received, Said
from clinical.oat.round.look_event import LOOK_AGAIN, SEEN_TO, LookEvent, look_event_of
from clinical.oat.round.members import NotUnderstood
from clinical.oat.round.parts import holder_of
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.round.record_look import look_recorded
from clinical.oat.round.record_spoken import spoken_recorded, why_apart
from clinical.oat.round.recorded import ABOUT_THE_DOSE_ITSELF, happened_from, product_given
from clinical.oat.round.recording import Recorded, Recording, saved_in
from clinical.oat.round.round_list import Now
from clinical.oat.round.situation import Situation
from clinical.oat.round.spoken_event import KIND, SpokenEvent, spoken_event_of
from clinical.oat.round.stock import Site, enter, take_back
from clinical.oat.round.task_over import over
from clinical.oat.round.tasks import tasks_about
from clinical.oat.shapes import Json, extension
from fhir_store.read import read_many
from fhir_store.write import Saved

ADMINISTRATION, OBSERVATION = "MedicationAdministration", "Observation"


def record_event(recording: Recording, received: Received, said: Json) -> Recorded:
    """Record an event in the caller's transaction. Raises OtherContent, and what ``author.approve`` raises.

    Args:
        recording: by what.
        received: as it arrived.
        said: what was sent, as values.
    """
    cursor = recording.cursor
    kept.take_turn(cursor, received.id, str(said.get("person", UNKNOWN)))
    before = kept.earlier(cursor, recording.store.keyring, received)
    if before is not None:
        return Recorded(before, again=True, other=_other_of(recording, before), event=_understood(said))
    try:
        event = _event(said)
    except NotUnderstood:
        return quarantined(recording, received, said, Flag.NOT_UNDERSTOOD)
    if not read_many(cursor, recording.store.keyring, [("Patient", event.person)]):
        return quarantined(recording, received, said, Flag.UNKNOWN_PERSON)
    if received.revoked:
        return quarantined(recording, received, said, Flag.REVOKED_DEVICE)
    if isinstance(event, SpokenEvent) and (why := why_apart(recording, received, event)):
        return quarantined(recording, received, said, why)
    return _of_somebody(recording, received, event, said)


def quarantined(recording: Recording, received: Received, said: Json, *flags: Flag) -> Recorded:
    """Keep an event of which no record is made before a clinician has looked at it."""
    event = _understood(said)
    person = event.person if event else UNKNOWN
    known = event is not None and bool(
        read_many(recording.cursor, recording.store.keyring, [("Patient", person)])
    )
    stored = kept.keep(
        recording.cursor,
        recording.store.keyring,
        received,
        Said(
            person,
            known,
            event.kind if event else "?",
            event.occurred_at if event else received.at,
            event.recorded_by if event else received.sent_by,
            event.seq if event else 0,
            event.of if event else None,
            event.device if event else None,
        ),
        flags,
        Outcome.QUARANTINED,
    )
    return Recorded(stored, event=event)


def keep_apart(recording: Recording, received: Received, said: Json) -> Recorded:
    """Keep an event that its sender may not record. Raises OtherContent."""
    kept.take_turn(recording.cursor, received.id, str(said.get("person", UNKNOWN)))
    before = kept.earlier(recording.cursor, recording.store.keyring, received)
    if before is not None:
        return Recorded(before, again=True, event=_understood(said))
    return quarantined(recording, received, said, Flag.NOT_PERMITTED)


def accept(recording: Recording, received: Received, said: Json) -> Recorded | None:
    """Make the record of a quarantined event, since a clinician has looked; None: there is still nothing to make it of.

    The event stays as it is kept; what was made of it is for the caller to note. Raises what ``author.approve`` raises.
    """
    event = _understood(said)
    if event is None:
        return None
    kept.take_turn(recording.cursor, received.id, event.person)
    if not read_many(recording.cursor, recording.store.keyring, [("Patient", event.person)]):
        return None
    return _made(recording, received, event)


def _of_somebody(
    recording: Recording, received: Received, event: DoseEvent | SpokenEvent | LookEvent, said: Json
) -> Recorded:
    made = _made(recording, received, event)
    if made is None:
        return quarantined(recording, received, said, Flag.NOT_UNDERSTOOD)
    stored = kept.keep(
        recording.cursor,
        recording.store.keyring,
        received,
        Said(event.person, True, event.kind, made.kept.occurred_at, event.recorded_by, event.seq, event.of),
        made.kept.flags,
        made.kept.outcome,
        other=made.kept.other,
        resource=(made.kept.resource_type or "", made.kept.resource_id or ""),
    )
    return replace(made, kept=stored)


def _made(
    recording: Recording, received: Received, event: DoseEvent | SpokenEvent | LookEvent
) -> Recorded | None:
    """The record of an event of somebody who is known; None: nobody knows of which medicine it is."""
    if isinstance(event, SpokenEvent):
        return spoken_recorded(recording, received, event)
    if isinstance(event, LookEvent):
        return look_recorded(recording, received, event)
    if event.kind is Kind.ENTERED_IN_ERROR or (event.kind is Kind.MOUTH_CHECK_FAILED and event.of):
        return _about_a_dose(recording, received, event)
    when = occurred(event, received.at)
    person = _situation(recording, received, event, when)
    product = product_given(event, person.record.orders)
    if product is None and event.kind is not Kind.VOMITED:
        return None
    happened = happened_from(event, when, product, recording.zone, received.facility, person.presence.stay)
    releases = released_by_nurse(event, person, Now(when.at, recording.zone, recording.law))
    judged = _judged(
        recording, received, event, when, replace(person, releases=(*person.releases, *releases))
    )
    saved = list(saved_in(recording, [(resource_of(happened), happened.id)]))
    if releases:
        saved += saved_in(recording, [(detected_issue_of(one), None) for one in releases])
    flags = set(judged.flags)
    if off := enter(recording.connection, _site(recording, received, happened), event, happened):
        flags.add(off)
    if _is_not_decided(recording, happened, person):
        flags.add(Flag.NOT_DECIDED)
    saved += _followed_up(recording, received, judged, happened, _errors(event, happened, judged, person))
    saved += _what_came_before(recording, received, event, happened)
    return _recorded(received, event, when, flags, saved, happened, judged.other)


def _is_not_decided(recording: Recording, happened: Happened, person: Situation) -> bool:
    """Whether it was given again while a prescriber's decision was asked for, and not by it."""
    if happened.kind is not Kind.RE_DOSE:
        return False
    vomited = [one.id for one in person.record.happened if one.about == happened.about and one.kind is Kind.VOMITED]  # fmt: skip
    asked = tasks_about(recording.cursor, happened.patient, RoundTask.RE_DOSE, vomited)
    return any(mg is None or happened.mg is None or happened.mg > mg for mg in asked.values())


def _recorded(
    received: Received,
    event: DoseEvent,
    when: Occurred,
    flags: Iterable[Flag],
    saved: Sequence[Saved],
    happened: Happened,
    other: Happened | None,
) -> Recorded:
    flagged = frozenset(flags) - {Flag.REVOKED_DEVICE}
    as_kept = Kept(
        received.id,
        received.facility,
        event.person,
        event.device,
        event.recorded_by,
        received.sent_by,
        received.at,
        when.at,
        event.kind,
        outcome_of(flagged),
        tuple(sorted(flagged)),
        event.of,
        other.id if other else None,
        OBSERVATION if happened.kind is Kind.VOMITED else ADMINISTRATION,
        happened.id,
    )
    return Recorded(as_kept, saved=tuple(saved), other=other, event=event)


def _situation(recording: Recording, received: Received, event: DoseEvent, when: Occurred) -> Situation:
    reader = Reader(recording.cursor, recording.store.keyring, recording.zone)
    return situations(reader, [event.person], received.facility, when.at)[event.person]


def _judged(
    recording: Recording, received: Received, event: DoseEvent, when: Occurred, person: Situation
) -> Judged:
    day = when.at.astimezone(recording.zone).date()
    holder = holder_of(recording.cursor, received.facility, day, person.presence.wing)
    circumstances = Circumstances(
        when,
        revoked=False,
        held_elsewhere=holder is not None and event.device is not None and holder != event.device,
        knows_about=event.of is None or _dose(recording, event.of) is not None,
    )
    return judge(event, circumstances, person, Now(when.at, recording.zone, recording.law))


def _about_a_dose(recording: Recording, received: Received, event: DoseEvent) -> Recorded:
    """A dose is taken back, or its mouth check failed: its own record says so from then on."""
    assert event.of is not None, "an event about another one names it"
    when = occurred(event, received.at)
    check = _check(recording, event)
    found = _dose(recording, event.of if check is None or check.about is None else check.about)
    flags = set(of_hands(event))
    if found is None:
        flags.add(Flag.ABOUT_UNKNOWN)
        waiting = Happened(str(event.of), event.person, event.kind, when.at)
        return _recorded(received, event, when, flags, (), replace(waiting, kind=Kind.GIVEN), None)
    resource, dose = found
    if dose.kind is Kind.ENTERED_IN_ERROR:
        return _recorded(received, event, when, {*flags, Flag.NOT_GIVEN_TWICE}, (), dose, None)
    if check is not None:
        return _recorded(
            received, event, when, flags, tuple(_check_taken_back(recording, resource, dose)), dose, None
        )
    if event.kind is Kind.MOUTH_CHECK_FAILED and kept.is_taken_back(recording.cursor, event.id):
        return _recorded(received, event, when, flags, (), dose, None)
    saved = list(saved_in(recording, [(_changed(resource, event.kind), str(resource["id"]))]))
    if event.kind is Kind.ENTERED_IN_ERROR:
        saved += over(recording, dose)
        if off := take_back(recording.connection, _site(recording, received, dose), event, dose):
            flags.add(off)
    else:
        failed = replace(dose, kind=Kind.MOUTH_CHECK_FAILED)
        saved += _followed_up(recording, received, Judged(frozenset()), failed, ())
    return _recorded(received, event, when, flags, saved, dose, None)


def _what_came_before(
    recording: Recording, received: Received, event: DoseEvent, happened: Happened
) -> Iterator[Saved]:
    """What is about this event and has arrived before it: it was taken back already, or its mouth check had failed."""
    known = (one for one in kept.about(recording.cursor, event.id) if one.kind in ABOUT_THE_DOSE_ITSELF)
    kinds = {Kind(one.kind) for one in known if not kept.is_taken_back(recording.cursor, one.id)}
    for kind in sorted(kinds, reverse=True):
        resource, dose = _dose(recording, event.id) or (None, None)
        if resource is None or dose is None:
            return
        yield from saved_in(recording, [(_changed(resource, kind), happened.id)])
        if kind is Kind.ENTERED_IN_ERROR:
            yield from over(recording, dose)
            back = replace(event, id=_undoing(recording, event.id))
            take_back(recording.connection, _site(recording, received, dose), back, dose)


def _check(recording: Recording, event: DoseEvent) -> Kept | None:
    """The mouth check that is taken back, where it failed after the dose; None: it is something else."""
    if event.kind is not Kind.ENTERED_IN_ERROR or event.of is None:
        return None
    found = kept.with_id(recording.cursor, event.of)
    is_one = found is not None and found.kind == Kind.MOUTH_CHECK_FAILED and found.about is not None
    return found if is_one and found is not None and found.outcome is not Outcome.QUARANTINED else None


def _check_taken_back(recording: Recording, resource: dict[str, Any], dose: Happened) -> Iterator[Saved]:
    """The dose stands; that its mouth check failed was a wrong tap."""
    said = [one for one in resource.get("extension", ()) if one != FAILED]
    yield from saved_in(recording, [({**resource, "extension": said}, str(resource["id"]))])
    yield from over(recording, dose, frozenset({RoundTask.DIVERSION}))


def _undoing(recording: Recording, event: UUID) -> UUID:
    found = kept.about(recording.cursor, event)
    return next(one.id for one in found if one.kind == Kind.ENTERED_IN_ERROR)


def _dose(recording: Recording, event: UUID) -> tuple[dict[str, Any], Happened] | None:
    """The record of an event, and what it says."""
    asked = [(ADMINISTRATION, str(event)), (OBSERVATION, str(event))]
    for stored in read_many(recording.cursor, recording.store.keyring, asked).values():
        resource = dict(json.loads(stored.text))
        if happened := happened_of(stored.value, recording.zone):
            return resource, happened
    return None


def _changed(resource: dict[str, Any], kind: Kind) -> dict[str, Any]:
    if kind is Kind.ENTERED_IN_ERROR:
        return in_error(resource)
    said = [one for one in resource.get("extension", ()) if one != FAILED]
    return {**resource, "extension": [*said, FAILED]}


FAILED = extension("mouth-check-failed", valueBoolean=True)


def _errors(event: DoseEvent, happened: Happened, judged: Judged, person: Situation) -> Iterator[DosingError]:
    """What was wrong, by the rules and by what whoever gave it says."""
    yield from errors_of(happened, judged.slot, person.record, judged.stops)
    if Flag.DOUBLE in judged.flags:
        yield DosingError.DOUBLE_DOSE
    if event.mistake is not None:
        yield OF_MISTAKE[event.mistake]


def _followed_up(
    recording: Recording,
    received: Received,
    judged: Judged,
    happened: Happened,
    errors: Iterable[DosingError],
) -> Iterator[Saved]:
    owner = judged.slot.order.prescriber if judged.slot else None
    about = Follows(happened, received.facility, owner, happened.recorded_by, received.at)
    resources = [(one, None) for one in follow_up(about, judged.other, errors, recording.law)]
    if resources:
        yield from saved_in(recording, resources)


def _site(recording: Recording, received: Received, happened: Happened) -> Site:
    day = happened.occurred_at.astimezone(recording.zone).date()
    return Site(received.facility, recording.law, day)


def _other_of(recording: Recording, before: Kept) -> Happened | None:
    try:
        found = None if before.other is None else _dose(recording, UUID(before.other))
    except ValueError:
        return None
    return found[1] if found else None


def _event(said: Json) -> DoseEvent | SpokenEvent | LookEvent:
    """Raises NoEvent, NotUnderstood."""
    kind = said.get("kind")
    if kind in (LOOK_AGAIN, SEEN_TO):
        return look_event_of(said)
    return spoken_event_of(said) if kind == KIND else event_of(said)


def _understood(said: Json) -> DoseEvent | SpokenEvent | LookEvent | None:
    try:
        return _event(said)
    except NotUnderstood:
        return None
