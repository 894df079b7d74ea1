"""The round as JSON for the tablet (``docs/round.md``). Words are in the language of the request."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from clinical.oat.begun_anew import ANEW
from clinical.oat.checks.ceiling import most_of
from clinical.oat.happened import KIND_WORDS, REASON_WORDS, Happened, Kind
from clinical.oat.law import allows_telephone_orders, may_dose_alone, needs_pin
from clinical.oat.letters import LETTER_OF
from clinical.oat.missed_table import meaning_of
from clinical.oat.order import Signature
from clinical.oat.product import products
from clinical.oat.release import RELEASER_WORDS, WHY_WORDS, Releaser
from clinical.oat.round import look_event, spoken_event
from clinical.oat.round.emergency import look_again_after
from clinical.oat.round.flags import WORDS as FLAG_WORDS
from clinical.oat.round.flags import Flag
from clinical.oat.round.row import Row
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.oat.round.session import sessions
from clinical.oat.round.situation import Presence
from clinical.oat.round.stock import Container
from clinical.oat.round.tapped import stops_of_a_tap, times_after
from clinical.oat.round.witness import witness_per
from clinical.oat.slot import Slot
from clinical.oat.stop import ESCALATE_WITHIN, PREGNANT, Stop
from clinical.oat.stops.not_awake import RECHECK_AFTER
from clinical.people import Identity
from clinical.protocols import Protocol
from services.clinic.on_call import steps
from services.clinic.round.after_dose import after_error_json, to_do_json
from services.clinic.round.cups_shown import cup_json, cup_stops
from services.clinic.round.facility_key import FacilityKey
from services.clinic.round.leaving_shown import leaving_json
from services.clinic.round.persons import Person
from services.clinic.round.shown import RoundShown
from services.clinic.sentences import said
from services.shared.languages import gettext

Json = dict[str, Any]

LIST_LASTS = "oat.list-lasts"
"""How old a list may be to decide by; not set: 12 hours."""

LONGEST = timedelta(hours=12)

IDENTITY = frozenset({"name", "number", "born", "initials", "code"})

GROUPS = {Releaser.NOBODY: "a", Releaser.PRESCRIBER: "b", Releaser.NURSE: "c"}


def round_json(
    shown: RoundShown,
    *,
    facility: str,
    account: tuple[UUID, str],
    device: tuple[UUID, bytes] | None,
    key: FacilityKey,
) -> Json:
    """Everything that a tablet has to know to keep the round without a network.

    Args:
        shown: the round.
        facility: the id of the Organization.
        account: whoever fetches it, and their name.
        device: the tablet and its secret; None: it is none, and keeps nothing.
        key: that every event is sealed to.
    """
    law, at = shown.now.protocol, shown.now.at
    return {
        "round": _round(shown, facility),
        "server_at": at.isoformat(),
        "expires_at": (at + (law.duration(LIST_LASTS) or LONGEST)).isoformat(),
        "account": {"id": str(account[0]), "name": account[1]},
        "device": {"id": str(device[0]), "secret": b64encode(device[1]).decode()} if device else None,
        "facility_key": {"name": key.name, "spki": b64encode(key.public).decode()},
        "protocol": _protocol(law),
        "wings": shown.wings,
        "parts": [
            {
                "wing": one.wing,
                "device": str(one.device) if one.device else None,
                "mine": device is not None and one.device == device[0],
                "since": one.since.isoformat(),
                "by": shown.accounts.get(str(one.account), ""),
                "taken": one.taken,
            }
            for one in shown.parts.values()
        ],
        "witnesses": [
            {
                "account": str(one.account),
                "name": shown.accounts.get(str(one.account), ""),
                "wing": one.wing or None,
                "at": one.signed_in_at.isoformat(),
            }
            for one in shown.staff.witnesses
        ],
        "staff": [
            {"account": str(one.account), "name": one.name, "pin": one.has_pin}
            for one in shown.staff.colleagues
        ],
        "prescribers": [{"account": str(one.account), "name": one.name} for one in shown.staff.prescribers],
        "containers": [_container(one) for one in shown.containers],
        "words": _words(),
        "tapped": _tapped(law, shown),
        "rows": rows_json(shown, device[0] if device else None),
    }


def rows_json(shown: RoundShown, device: UUID | None) -> list[Json]:
    """The rows."""
    return [row_json(shown, row, device) for row in shown.rows]


def told_apart(rows: Iterable[Json]) -> list[Json]:
    """Rows for whoever has the list already: nobody is named, since an answer may be an error's."""
    return [{name: value for name, value in row.items() if name not in IDENTITY} for row in rows]


def row_json(shown: RoundShown, row: Row, device: UUID | None) -> Json:
    """One row."""
    person, slot = shown.persons[row.patient], row.slot
    product = slot.order.product if slot else None
    holder = shown.parts.get(row.presence.wing)
    cups = shown.cups_of(row)
    return {
        "person": row.patient,
        "call": shown.calls.get(row.patient),
        **_place(row.presence),
        "leaving": leaving_json(row.presence, shown.now),
        **_identity(person),
        "medicine": gettext(product.name) if product else None,
        "product": product.code if product else None,
        "letter": LETTER_OF[product.code] if product else None,
        "by_volume": bool(product and product.by_volume),
        "slot": {"order": slot.order.id, "day": slot.day.isoformat(), "part": slot.part} if slot else None,
        "order_version": slot.order.version if slot else None,
        "by_telephone": _who_said(shown, slot),
        "spoken": _to_be_spoken(shown, row),
        "take_home": bool(slot and slot.take_home),
        "mg": _number(slot.mg) if slot else None,
        "mL": _number(_volume(row, shown.containers)),
        "session": row.session,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "state": row.state,
        "last": _last(shown, row.last),
        "changed_mg": _number(row.changed_mg),
        "induction_day": row.induction_day,
        "missed": row.missed,
        "sedatives": row.sedatives,
        "pregnant": row.pregnant,
        "unverified": row.unverified,
        "allergies": list(person.allergies),
        "stops": [*(_stop(one, shown) for one in row.stops), *cup_stops(row, cups)],
        "cups": [cup_json(one) for one in cups],
        "done": done_json(shown, row.done, row.about) if row.done else None,
        "to_do": to_do_json(shown.to_do, row.patient),
        "recorded": list(_recorded(shown, row)),
        "unreadable": [one.order for one in row.unreadable],
        "held_by_another": bool(holder and holder.device is not None and holder.device != device),
    }


def done_json(shown: RoundShown, done: Happened, about: Iterable[Happened] = ()) -> Json:
    """What happened with a dose."""
    return {
        "id": done.id,
        "event": done.event,
        "kind": done.kind,
        "words": gettext(KIND_WORDS[done.kind]),
        "reason": gettext(REASON_WORDS[done.reason]) if done.reason else None,
        "taken": done.was_taken,
        "mg": _number(done.mg),
        "at": done.occurred_at.isoformat(),
        "by": shown.accounts.get(done.given_by or "", ""),
        "single_handed": done.single_handed,
        "vomited": any(one.kind is Kind.VOMITED for one in about),
    }


def _recorded(shown: RoundShown, row: Row) -> Iterator[Json]:
    """Each line that can be taken back by itself. A mouth check that failed after the dose is a line of its own."""
    for one in row.recorded:
        check = shown.checks.get(one.event or "")
        dose = done_json(shown, one)
        if check is None:
            yield dose
            continue
        given = Kind.RE_DOSE if one.about else Kind.GIVEN
        yield {**dose, "kind": given, "words": gettext(KIND_WORDS[given])}
        yield {
            **dose,
            "event": check,
            "of": one.event,
            "mg": None,
            "taken": False,
            "words": gettext(KIND_WORDS[one.kind]),
        }


def flags_json(flags: Iterable[Flag]) -> list[Json]:
    """Remarks with their words."""
    return [{"code": flag, "words": gettext(FLAG_WORDS[flag])} for flag in flags]


def initials(identity: Identity) -> str:
    """The first letters of a name; of none that of the number's end."""
    return identity.initials


def _round(shown: RoundShown, facility: str) -> Json:
    found, session = shown.round, shown.round.session if shown.round else ""
    return {
        "id": str(found.id) if found else None,
        "facility": facility,
        "facility_name": shown.facilities.get(facility, ""),
        "day": shown.now.day.isoformat(),
        "session": session,
        "session_words": gettext(SESSION_WORDS[session]) if session in SESSION_WORDS else session,
        "opened_at": _instant(found.opened_at) if found else None,
        "closed_at": _instant(found.closed_at) if found else None,
    }


def _protocol(law: Protocol) -> Json:
    alone, telephone, pin = may_dose_alone(law), allows_telephone_orders(law), needs_pin(law)
    return {
        "witness_per": witness_per(law),
        "alone_allowed": alone.yes,
        "telephone_orders": telephone.yes,
        "by_telephone": {
            code: {"by_volume": one.by_volume} for code, one in products().items() if not one.is_depot
        },
        "pin_each_dose": pin.yes,
        "after_error": after_error_json(law),
        "look_again_s": int(look_again_after(law).total_seconds()),
        "sessions": [one.name for one in sessions(law)],
        "not_set": sorted({*alone.not_set, *telephone.not_set, *pin.not_set}),
        "not_approved": bool(law.proposed),
    }


def _tapped(law: Protocol, shown: RoundShown) -> Json:
    """What stops a dose once something was tapped that was no dose, for a tablet that cannot ask."""
    return {
        "recheck_s": _seconds(law.duration(RECHECK_AFTER)),
        "escalate_s": _seconds(law.duration(ESCALATE_WITHIN)),
        "pregnant": said(PREGNANT, shown.now.zone),
        "stops": {name: _stop(one, shown) for name, one in stops_of_a_tap(law).items()},
        "times_s": {
            name: {code: _seconds(time) for code, time in times.items()}
            for name, times in times_after(law).items()
        },
    }


def _words() -> Mapping[str, Mapping[str, str]]:
    return {
        "kinds": {
            **{kind: gettext(words) for kind, words in KIND_WORDS.items()},
            spoken_event.KIND: gettext(spoken_event.WORDS),
            **{kind: gettext(words) for kind, words in look_event.WORDS.items()},
        },
        "why_here": {why: gettext(words) for why, words in WHY_WORDS.items()},
        "reasons": {reason: gettext(words) for reason, words in REASON_WORDS.items()},
        "flags": {flag: gettext(words) for flag, words in FLAG_WORDS.items()},
        "sessions": {name: gettext(words) for name, words in SESSION_WORDS.items()},
        "products": {code: gettext(one.name) for code, one in products().items()},
        "letters": dict(LETTER_OF),
    }


def _container(one: Container) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "cups": one.cups,
        "session": one.session,
        "left": _number(one.left),
        "unit": one.product.unit,
        "strength": _number(one.product.strength),
        "products": [code for code, product in products().items() if one.serves(product)],
        "letters": letters_for(one),
    }


def bottle_json(container: Container) -> Json:
    """What stands on it, and by which letter it is told: that it is the right one is seen without a name."""
    strength, unit = _number(container.product.strength), container.product.unit
    words = f"{strength} mg/mL" if unit == "mL" else f"{strength} mg"
    return {"name": container.name, "strength": words, "letters": letters_for(container)}


def letters_for(container: Container) -> list[str]:
    """Of the medicines that can come from it."""
    return [LETTER_OF[code] for code, product in products().items() if container.serves(product)]


def _who_said(shown: RoundShown, slot: Slot | None) -> str | None:
    """The name of the prescriber, of a dose that was ordered by telephone and is not signed yet."""
    if slot is None or slot.order.signature is not Signature.TELEPHONE:
        return None
    return shown.accounts.get(slot.order.prescriber or "", "")


def _to_be_spoken(shown: RoundShown, row: Row) -> Json | None:
    """What a prescriber may order by telephone where nobody can weigh it; None: nothing, or only on the page that needs the
    network.

    No more than was ordered or given last, of the same medicine, and nothing beside sedatives or after a break after which
    treatment begins anew: those two prescribers sign.
    """
    if not shown.by_telephone:
        return None
    last, law = row.last, shown.now.protocol
    order = row.slot.order if row.slot else None
    product = order.product if order else last.product if last else None
    if product is None or product.is_depot or last is None or last.day is None or row.sedatives:
        return None
    missed = row.missed if order else max(0, (shown.now.closed - last.day).days)
    meaning = meaning_of(missed, product, law, in_induction=row.is_in_induction)
    known = row.slot.mg if row.slot else last.mg
    if meaning.level in ANEW or known is None:
        return None
    most = most_of(product, law)
    return {"product": product.code, "most_mg": _number(known if most is None else min(known, most))}


def _place(presence: Presence) -> Json:
    return {
        "wing": presence.wing,
        "cell": presence.cell,
        "whereabouts": presence.whereabouts,
    }


def _identity(person: Person) -> Json:
    return {
        "initials": initials(person.identity),
        "name": person.identity.name,
        "number": person.identity.number,
        "born": person.born,
        "two_people": person.two_people,
        "code": person.code if person.two_people else "",
    }


def _last(shown: RoundShown, last: Happened | None) -> Json | None:
    if last is None:
        return None
    return {
        "at": last.occurred_at.isoformat(),
        "mg": _number(last.mg),
        "where": shown.facilities.get(last.facility or "", ""),
        "foreign": last.facility is None,
        "only_day": last.surely_by is not None,
        "checked_at": shown.now.at.isoformat(),
    }


def _stop(stop: Stop, shown: RoundShown) -> Json:
    zone = shown.now.zone
    return {
        "code": stop.code,
        "words": said(stop.says, zone),
        "group": GROUPS[stop.released_by],
        "releases": gettext(RELEASER_WORDS[stop.released_by]),
        "do_now": steps(stop.do_now, zone, shown.on_call),
        "until": _instant(stop.until),
        "escalate_at": _instant(stop.escalate_at),
        "not_set": list(stop.not_set),
    }


def _volume(row: Row, containers: Iterable[Container]) -> Decimal | None:
    """In mL, where everything that is out of the medicine has one strength."""
    if row.slot is None or not row.slot.order.product.by_volume:
        return None
    strengths = {one.product.strength for one in containers if one.serves(row.slot.order.product)}
    if len(strengths) != 1:
        return None
    return (row.slot.mg / strengths.pop()).quantize(Decimal("0.01"))


def _number(value: Decimal | None) -> str | None:
    """As a text, so that no digit is lost in a script's numbers."""
    if value is None:
        return None
    return format(value.normalize(), "f")


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else int(wait.total_seconds())


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
