"""An order as a FHIR R4 MedicationRequest (profile ``oat-order``), and back.

The reader takes orders of other makers too. One that does not say how much or how often is ``NotReadable``, and one that
is signed nowhere and is no draft was signed where it came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, time
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from clinical.oat.errors import NotReadable
from clinical.oat.hold import HoldReason
from clinical.oat.order import OatOrder, OrderStatus, Part, Signature, Step, TelephoneOrder, Weekday
from clinical.oat.product import medication_of, product_of, reason_of, route_of
from clinical.oat.shapes import (
    OURS,
    PROFILE,
    Json,
    code_in,
    day_in,
    decimal_in,
    extension,
    extensions,
    id_in,
    last_day_in,
    mg_in,
    moment,
    ours,
    part_of,
    parts,
    quantity,
    reference,
    value_of,
    without_none,
    written,
)

DAYS_IN = {"h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7), "mo": Fraction(28)}
"""A month between two depots is four weeks, as ``cascade`` counts it."""

MOST_PARTS = 24
LONGEST_INTERVAL = 366
"""Doses on one day, and days between two, beyond which the rhythm is a slip of the pen, as ``cascade`` has it."""


class Rhythm(NamedTuple):
    """So many doses on a day of dosing, and so many days from one such day to the next."""

    times: int
    interval_days: int


def order_of(request: Json, zone: ZoneInfo) -> OatOrder | None:
    """The order that a MedicationRequest is; None if it is not an order of this treatment.

    Args:
        request: as JSON; it has passed the gate.
        zone: the facility's, for what is a civil day.

    Raises:
        NotReadable: it does not say how much, how often, since when or for whom.
    """
    rhythm = _rhythm(next(_repeats(request), {}))
    product = product_of(request, rhythm.interval_days if rhythm else 1)
    if product is None or request.get("intent") != "order" or request.get("doNotPerform") is True:
        return None
    patient = id_in(request.get("subject", {}), "Patient")
    if rhythm is None or patient is None:
        raise NotReadable("dosageInstruction.timing" if rhythm is None else "subject")
    start, status = _start(request, zone), OrderStatus(request.get("status", "unknown"))
    return OatOrder(
        id=request.get("id", ""),
        patient=patient,
        product=product,
        steps=_steps(request, start, zone),
        start=start,
        end=_end(request, start, status, zone),
        interval_days=rhythm.interval_days,
        status=status,
        signature=_signature(request, status),
        facility=id_in(request.get("requester", {}), "Organization"),
        prescriber=id_in(value_of(request, "prescriber", "valueReference") or {}, "Practitioner"),
        signed_at=_instant(value_of(request, "signed", "valueDateTime"), zone),
        telephone=_telephone(request, zone),
        held_because=_held_because(request, status),
        take_home=frozenset(_take_home(request)),
        induction_start=_day(value_of(request, "induction-start", "valueDate"), zone),
        weighed_in_pregnancy=value_of(request, "weighed-in-pregnancy", "valueBoolean") is True,
        prior=id_in(request.get("priorPrescription", {}), "MedicationRequest"),
        version=request.get("meta", {}).get("versionId", ""),
    )


def _repeats(request: Json) -> Iterator[Json]:
    for instruction in request.get("dosageInstruction", ()):
        yield instruction.get("timing", {}).get("repeat", {})


def _rhythm(repeat: Json) -> Rhythm | None:
    """None: it does not say in whole days, or whole times a day, how often."""
    period, unit = decimal_in({"value": repeat.get("period")}), repeat.get("periodUnit")
    frequency = int(repeat.get("frequency", 1))
    if period is None or period <= 0 or unit not in DAYS_IN or frequency < 1:
        return None
    between = Fraction(period) * DAYS_IN[unit] / frequency
    days, times = max(between, Fraction(1)), max(1 / between, Fraction(1))
    if days.denominator > 1 or times.denominator > 1 or days > LONGEST_INTERVAL or times > MOST_PARTS:
        return None
    return Rhythm(int(times), int(days))


def _start(request: Json, zone: ZoneInfo) -> date:
    said = request.get("dispenseRequest", {}).get("validityPeriod", {}).get("start") or request.get(
        "authoredOn"
    )
    if said is None:
        raise NotReadable("dispenseRequest.validityPeriod.start")
    return day_in(said, zone)


def _end(request: Json, start: date, status: OrderStatus, zone: ZoneInfo) -> date | None:
    """The validity is a plan: what was stopped has not run beyond the day on which that was written."""
    said = request.get("dispenseRequest", {}).get("validityPeriod", {}).get("end")
    planned = None if said is None else last_day_in(said, zone)
    if status not in (OrderStatus.STOPPED, OrderStatus.COMPLETED):
        return planned
    written_on = _day(request.get("meta", {}).get("lastUpdated"), zone)
    known = [one for one in (planned, written_on) if one is not None]
    ended = planned if status is OrderStatus.COMPLETED and planned else min(known, default=start)
    return max(start, ended)


def _steps(request: Json, start: date, zone: ZoneInfo) -> tuple[Step, ...]:
    """Instructions for the same days are the doses of one day, in their order."""
    by_days: defaultdict[tuple[date, date | None], list[Part]] = defaultdict(list)
    for instruction in request.get("dosageInstruction", ()):
        bounds = instruction.get("timing", {}).get("repeat", {}).get("boundsPeriod", {})
        first = day_in(bounds["start"], zone) if "start" in bounds else start
        last = last_day_in(bounds["end"], zone) if "end" in bounds else None
        by_days[first, last].extend(_parts(instruction))
    found = (Step(first, last, tuple(said)) for (first, last), said in by_days.items())
    return tuple(sorted(found, key=lambda step: (step.first, step.last or date.max)))


def _parts(instruction: Json) -> Iterator[Part]:
    repeat = instruction.get("timing", {}).get("repeat", {})
    rate = (instruction.get("doseAndRate") or [{}])[0]
    mg, rhythm = mg_in(rate.get("doseQuantity", {})), _rhythm(repeat)
    if mg is None or mg <= 0 or rhythm is None:
        raise NotReadable("dosageInstruction.timing" if rhythm is None else "dosageInstruction.doseAndRate")
    times = [time.fromisoformat(one) for one in repeat.get("timeOfDay", ())]
    for nth in range(rhythm.times):
        yield Part(mg, times[nth] if len(times) == rhythm.times else None)


def _signature(request: Json, status: OrderStatus) -> Signature:
    if next(extensions(request, "telephone-order"), None) is not None:
        return Signature.TELEPHONE
    return Signature.UNSIGNED if status is OrderStatus.DRAFT else Signature.SIGNED


def _telephone(request: Json, zone: ZoneInfo) -> TelephoneOrder | None:
    said = next(extensions(request, "telephone-order"), None)
    if said is None:
        return None
    said_at, day = part_of(said, "said", "valueDateTime"), part_of(said, "day", "valueDate")
    if said_at is None or day is None:
        raise NotReadable("extension telephone-order")
    return TelephoneOrder(
        said_at=moment(said_at, zone),
        day=day_in(day, zone),
        part=int(part_of(said, "part", "valuePositiveInt") or 1),
        read_back=part_of(said, "read-back", "valueBoolean") is True,
        heard_by=id_in(part_of(said, "heard-by", "valueReference") or {}, "Practitioner"),
        listener=id_in(part_of(said, "listener", "valueReference") or {}, "Practitioner"),
        countersigned_at=_instant(part_of(said, "countersigned", "valueDateTime"), zone),
    )


def _held_because(request: Json, status: OrderStatus) -> HoldReason | None:
    code = code_in(request.get("statusReason", {}), f"{OURS}hold")
    return HoldReason(code) if status is OrderStatus.ON_HOLD and code in list(HoldReason) else None


def _take_home(request: Json) -> Iterator[Weekday]:
    for one in extensions(request, "take-home"):
        if one.get("valueCode") in list(Weekday):
            yield Weekday(one["valueCode"])


def _instant(said: str | None, zone: ZoneInfo) -> Any:
    return None if said is None else moment(said, zone)


def _day(said: str | None, zone: ZoneInfo) -> date | None:
    return None if said is None else day_in(said, zone)


# --- and back


def request_of(order: OatOrder) -> dict[str, Any]:
    """The MedicationRequest of an order."""
    return without_none(
        {
            "resourceType": "MedicationRequest",
            "id": order.id,
            "meta": {"profile": [f"{PROFILE}oat-order"]},
            "extension": list(_extensions(order)),
            "status": str(order.status),
            "statusReason": ours("hold", order.held_because) if order.held_because else None,
            "intent": "order",
            "medicationCodeableConcept": medication_of(order.product),
            "subject": reference("Patient", order.patient),
            "authoredOn": order.start.isoformat(),
            "requester": reference("Organization", order.facility) if order.facility else None,
            "reasonCode": reason_of(order.product),
            "priorPrescription": reference("MedicationRequest", order.prior) if order.prior else None,
            "dosageInstruction": list(
                chain.from_iterable(_instructions(step, order) for step in order.steps)
            ),
            "dispenseRequest": {"validityPeriod": _period(order.start, order.end)},
        }
    )


def _instructions(step: Step, order: OatOrder) -> Iterator[dict[str, Any]]:
    """One for each run of equal doses; doses of one amount are one instruction that says how many."""
    for run in _runs(step.parts):
        times = [part.at.isoformat() for part in run if part.at is not None]
        repeat = {
            "boundsPeriod": None if _is_whole(step, order) else _period(step.first, step.last),
            "frequency": len(run),
            "period": order.interval_days,
            "periodUnit": "d",
            "timeOfDay": times,
        }
        yield {
            "timing": {"repeat": without_none(repeat)},
            "route": route_of(order.product),
            "doseAndRate": [{"doseQuantity": quantity(run[0].mg, "mg")}],
        }


def _runs(said: Iterable[Part]) -> list[list[Part]]:
    """Neighbours of one amount, all with a time or all without."""
    runs: list[list[Part]] = []
    for part in said:
        if runs and _is_alike(runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _is_alike(one: Part, other: Part) -> bool:
    return one.mg == other.mg and (one.at is None) == (other.at is None)


def _is_whole(step: Step, order: OatOrder) -> bool:
    return step.first == order.start and step.last is None


def _period(first: date, last: date | None) -> dict[str, Any]:
    return without_none({"start": first.isoformat(), "end": last.isoformat() if last else None})


def _extensions(order: OatOrder) -> Iterator[dict[str, Any]]:
    if order.prescriber:
        yield extension("prescriber", valueReference=reference("Practitioner", order.prescriber))
    if order.signed_at:
        yield extension("signed", valueDateTime=written(order.signed_at))
    if order.telephone:
        yield _telephone_extension(order.telephone)
    for day in Weekday:
        if day in order.take_home:
            yield extension("take-home", valueCode=str(day))
    if order.induction_start:
        yield extension("induction-start", valueDate=order.induction_start.isoformat())
    if order.weighed_in_pregnancy:
        yield extension("weighed-in-pregnancy", valueBoolean=True)


def _telephone_extension(said: TelephoneOrder) -> dict[str, Any]:
    at = said.countersigned_at
    return extension(
        "telephone-order",
        extension=parts(
            said={"valueDateTime": written(said.said_at)},
            day={"valueDate": said.day.isoformat()},
            part={"valuePositiveInt": said.part},
            read_back={"valueBoolean": said.read_back},
            heard_by=_who(said.heard_by),
            listener=_who(said.listener),
            countersigned={"valueDateTime": written(at)} if at else None,
        ),
    )


def _who(id_: str | None) -> dict[str, Any] | None:
    return {"valueReference": reference("Practitioner", id_)} if id_ else None
