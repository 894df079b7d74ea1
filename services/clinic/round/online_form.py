"""What somebody tapped on the online page, as the event that a tablet would send."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from clinical.oat.happened import TAKEN, Kind
from clinical.oat.round.parts import Witness
from clinical.oat.round.witness import stands_beside, witness_per
from services.clinic.asking import Asking
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.shown import RoundShown

YES = "yes"
NOBODY_BESIDE = "nobody"
BY = ("photo", "name-birth", "number", "qr")


class Tapped(BaseModel):
    """The form of the card. Everything is as it was sent; what nobody understands is kept apart like any event."""

    model_config = ConfigDict(frozen=True)

    event: str = ""
    person: str = ""
    order: str = ""
    day: str = ""
    part: str = ""
    order_version: str = ""
    kind: str = ""
    of: str = ""
    product: str = ""
    mg: str = ""
    ml: str = ""
    strength: str = ""
    """Of a liquid, in mg in 1 mL."""
    container: str = ""
    cup: str = ""
    cup_read: str = ""
    """The label of the cup, typed, or what its code says."""
    in_hand: str = ""
    """The cup of which they tapped that they have it in the hand."""
    minutes: str = ""
    """After which somebody is to be looked at again."""
    reason: str = ""
    finding: str = ""
    mistake: str = ""
    identity: str = ""
    code_read: str = ""
    """The code of the person's card, read, or their number, typed."""
    awake: str = ""
    alone: str = ""
    beside: str = ""
    """Of those who signed in beside, who tapped that they saw it, by their account; ``nobody``: it is marked so."""
    seen_at: str = ""
    happened: str = ""
    """Whether it was swallowed whatever the page says against it."""
    occurred_at: str = ""
    """What is entered afterwards, from paper, says when it was; else it is now."""
    given_by: str = ""
    second: str = ""
    pin: str = ""

    @property
    def is_dose(self) -> bool:
        """Whether some of it is in the body."""
        return self.kind in TAKEN

    @property
    def asks_beside(self) -> bool:
        """Whether whoever stands beside is asked first: a dose is given, or what was recorded is taken back. What was swallowed
        already waits for nobody."""
        return (self.is_dose and self.happened != YES) or self.kind == Kind.ENTERED_IN_ERROR

    @property
    def is_from_paper(self) -> bool:
        """Whether it is entered afterwards."""
        return self.occurred_at != ""


def event_text(on: OnRound, tapped: Tapped, witness: UUID | None) -> str:
    """The event as JSON."""
    asking = on.asking
    account, device = str(asking.who.account.id), asking.who.session.device
    said: dict[str, Any] = {
        "id": tapped.event,
        "seq": 0,
        "person": tapped.person,
        "slot": _slot(tapped),
        "order_version": tapped.order_version or None,
        "kind": tapped.kind,
        "of": tapped.of or None,
        "product": tapped.product or None,
        "mg": _amount(tapped.mg),
        "mL": _amount(tapped.ml),
        "concentration": _amount(tapped.strength),
        "container": tapped.container or None,
        "cup": tapped.cup or None,
        "minutes": int(tapped.minutes) if tapped.minutes.isascii() and tapped.minutes.isdigit() else None,
        "reason": tapped.reason or None,
        "finding": tapped.finding or None,
        "mistake": tapped.mistake or None,
        "identity_by": [one for one in tapped.identity.split() if one in BY],
        "awake": tapped.awake == YES if tapped.is_dose else None,
        "observed": True if tapped.is_dose else None,
        "given_by": tapped.given_by or None,
        "recorded_by": account,
        "witness": str(witness) if witness else None,
        "single_handed": witness is None and (tapped.alone == YES or tapped.beside == NOBODY_BESIDE),
        "occurred_at": _occurred_at(asking, tapped),
        "list_from": None if tapped.is_from_paper else tapped.seen_at or None,
        "entry": "paper" if tapped.is_from_paper else None,
        "device": str(device) if device else None,
        "app_version": "online",
    }
    return json.dumps({name: value for name, value in said.items() if value is not None})


def beside(on: OnRound, shown: RoundShown, wing: str) -> list[Witness]:
    """Who signed in beside for a wing and is somebody else: each once, whoever did so last first."""
    own, per = on.asking.who.account.id, witness_per(law_of(on.asking))
    known = [
        one
        for one in shown.staff.witnesses
        if one.account != own and stands_beside(per, signed_in_for=one.wing, wing=wing)
    ]
    return list({one.account: one for one in known}.values())[::-1]


def _slot(tapped: Tapped) -> dict[str, Any] | None:
    if not tapped.order:
        return None
    part = int(tapped.part) if tapped.part.isascii() and tapped.part.isdigit() else 0
    return {"order": tapped.order, "day": tapped.day, "part": part}


def _amount(typed: str) -> str | None:
    """With a point or a comma, as people write it."""
    return typed.strip().replace(",", ".") or None


def _occurred_at(asking: Asking, tapped: Tapped) -> str:
    """Now; of a paper as it stands there, on the clock of the wall."""
    if not tapped.is_from_paper:
        return asking.at.isoformat()
    try:
        written = datetime.fromisoformat(tapped.occurred_at)
    except ValueError:
        return tapped.occurred_at
    return written.replace(tzinfo=written.tzinfo or asking.zone).isoformat()
