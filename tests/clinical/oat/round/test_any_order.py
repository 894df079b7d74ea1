"""Whatever arrives in whatever order, from whichever tablet, once or five times: the doses are those that were tapped.

The machine keeps what fingers did. Tablets keep what is not sent, answers are lost, others send it unread and backwards,
orders change, wings are taken over, a tablet is shut out, and some is entered from paper. Doses are spilled and given again, come
from cups, of a second strength, and from nobody knows where. The record has each dose that was not taken back, once; the register
has the same, to the last tenth of a mL, or an open discrepancy that names the dose.
"""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from at_the_window import ANOTHER, NURSE, OTHER_TABLET, TABLET, Window, an_event
from cryptography.hazmat.primitives.asymmetric import ec
from dispensary import WEAKER, Dispensary
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from oat import DAY, SIX, an_order
from round_books import TAKEN, balance, in_record, in_register
from round_prison import PRISON, a_person, put
from sealed_events import seal

from clinical.oat.order_resource import request_of
from clinical.oat.round.flags import Outcome
from clinical.oat.round.stock import slot_named
from clinical.register.cup import Cup, Poured
from clinical.register.cups import pour
from clinical.register.stock import HeldIn
from fhir_store.store import Store
from services.clinic.round.facility_key import FacilityKey
from services.shared.database import Database

EXAMPLES = int(os.environ.get("THROUGHCARE_EXAMPLES", "8"))
STEPS = 30
PEOPLE = ("p1", "p2", "p3")
THIRD_TABLET = UUID(int=23)
TABLETS = (TABLET, OTHER_TABLET, THIRD_TABLET)
STOCK = 10_000
STRENGTH = Decimal(10)
DOSES = st.sampled_from([40, 60, 70])
Json = dict[str, Any]

WITHOUT_A_CONTAINER = {"strength said": {"concentration": str(STRENGTH)}, "strength not said": {}}

IN_DISCREPANCY = """
SELECT d.event::text FROM clinical.register_discrepancy d
WHERE NOT EXISTS (SELECT FROM clinical.register_discrepancy_closing c WHERE c.discrepancy = d.id)
"""


@lru_cache
def key() -> FacilityKey:
    return FacilityKey(ec.derive_private_key(7, ec.SECP256R1()))


class Round(RuleBasedStateMachine):
    """A round of three people and three tablets."""

    database: Database
    store: Store
    make_empty: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.make_empty()
        self.window = Window(self.database, self.store, at=SIX + timedelta(hours=4))
        self.second = 0
        self.tapped: dict[str, Json] = {}
        """Every event, by its number."""
        self.arrived: dict[str, None] = {}
        """Those that the server was sent at least once."""
        self.quarantined: dict[str, Json] = {}
        self.outbox: dict[UUID, list[Json]] = {one: [] for one in TABLETS}
        self.knows: dict[UUID, dict[str, tuple[str, int]]] = {}
        """By tablet and person: the version of the order on its list, and its mg."""
        self.ordered = dict.fromkeys(PEOPLE, ("1", 60))
        self.shut_out: set[UUID] = set()

    @initialize()
    def begin(self) -> None:
        put(self.database, self.store, [one for person in PEOPLE for one in a_person(person)])
        safe = Dispensary(self.database, PRISON)
        # Two strengths are never out together: what was tapped as taken from the first is drawn after it was counted back.
        weaker = safe.issues(safe.receives(STOCK, WEAKER, lot="L2"), STOCK, "B2")
        safe.counts_back(weaker, STOCK)
        self.weaker = str(weaker)
        batch = safe.receives(STOCK)
        self.bottle = str(safe.issues(batch, STOCK // 2))
        self.tray = safe.issues(batch, STOCK // 2, "tray", held_in=HeldIn.CUPS)
        self.safe = safe
        self.cups: list[Cup] = []
        for tablet in TABLETS:
            self.fetch(tablet)

    # --- fingers

    def _event(self, tablet: UUID, person: str, kind: str, **said: Any) -> Json:
        self.second += 1
        version, _ = self.knows[tablet][person]
        base = {
            "kind": kind, "device": str(tablet), "order_version": version, "seq": self.second,
            "occurred_at": (SIX + timedelta(seconds=self.second)).isoformat(), "mg": None,
        }  # fmt: skip
        event = an_event(person, **{**base, **said})
        self.tapped[event["id"]] = event
        return event

    def _poured(self, mg: Decimal) -> Json:
        return {
            "mg": str(mg),
            "mL": str(mg / STRENGTH),
            "concentration": str(STRENGTH),
            "container": self.bottle,
        }

    @rule(tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE), kind=st.sampled_from(["given", "given", "partial", "mouth-check-failed"]))  # fmt: skip
    def dose(self, tablet: UUID, person: str, kind: str) -> None:
        _, mg = self.knows[tablet][person]
        poured = self._poured(Decimal(mg) / (2 if kind == "partial" else 1))
        self.outbox[tablet].append(self._event(tablet, person, kind, **poured))

    @rule(tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE), kind=st.sampled_from(["refused", "absent"]))  # fmt: skip
    def no_dose(self, tablet: UUID, person: str, kind: str) -> None:
        self.outbox[tablet].append(self._event(tablet, person, kind))

    @precondition(lambda self: self.tapped)
    @rule(data=st.data(), tablet=st.sampled_from(TABLETS), kind=st.sampled_from(["entered-in-error", "entered-in-error", "mouth-check-failed", "vomited"]))  # fmt: skip
    def about_another(self, data: st.DataObject, tablet: UUID, kind: str) -> None:
        """Taken back, or found afterwards; also what was taken back before, and by another tablet."""
        can_be = {*TAKEN, "refused", "absent"} if kind == "entered-in-error" else TAKEN - {"re-dose"}
        doses = [one for one in self.tapped.values() if one["kind"] in can_be and is_itself(one)]
        if doses:
            dose = data.draw(st.sampled_from(doses))
            self.outbox[tablet].append(self._event(tablet, dose["person"], kind, of=dose["id"]))

    @rule(person=st.sampled_from(PEOPLE), mg=DOSES)
    def from_paper(self, person: str, mg: int) -> None:
        """Whoever enters it has no tablet."""
        event = self._event(TABLET, person, "given", entry="paper", device=None, list_from=None, **self._poured(Decimal(mg)))  # fmt: skip
        self._send(event)

    @rule(tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE), mL=st.sampled_from(["0.5", "6"]))
    def spill(self, tablet: UUID, person: str, mL: str) -> None:  # noqa: N803 - as it is sent
        mg = str(Decimal(mL) * STRENGTH)
        spilled = {"mg": mg, "mL": mL, "concentration": str(STRENGTH), "container": self.bottle}
        self.outbox[tablet].append(self._event(tablet, person, "spilled", **spilled))

    @precondition(lambda self: self.tapped)
    @rule(data=st.data(), tablet=st.sampled_from(TABLETS), mg=DOSES)
    def given_again(self, data: st.DataObject, tablet: UUID, mg: int) -> None:
        """In place of one that was vomited or spilled, as far as the tablet knows."""
        doses = [one for one in self.tapped.values() if one["kind"] in {*TAKEN, "spilled"} and is_itself(one)]
        if doses:
            dose = data.draw(st.sampled_from(doses))
            event = self._event(tablet, dose["person"], "re-dose", of=dose["id"], **self._poured(Decimal(mg)))
            self.outbox[tablet].append(event)

    @rule(tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE), mg=DOSES)
    def other_strength(self, tablet: UUID, person: str, mg: int) -> None:
        strength = WEAKER.strength
        drawn = {
            "mg": str(mg),
            "mL": str(mg / strength),
            "concentration": str(strength),
            "container": self.weaker,
        }
        self.outbox[tablet].append(self._event(tablet, person, "given", **drawn))

    @rule(tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE), mg=DOSES, said=st.sampled_from(sorted(WITHOUT_A_CONTAINER)))  # fmt: skip
    def from_nobody_knows_where(self, tablet: UUID, person: str, mg: int, said: str) -> None:
        event = self._event(tablet, person, "given", mg=str(mg), **WITHOUT_A_CONTAINER[said])
        self.outbox[tablet].append(event)

    @rule(person=st.sampled_from(PEOPLE), mg=DOSES)
    def pour(self, person: str, mg: int) -> None:
        order = f"{person}-order"
        slot = slot_named(order, DAY, 1)
        for_whom = Poured(person, slot, order, int(self.ordered[person][0]), mg / STRENGTH)
        by = self.safe.by()
        self.cups.append(self.safe.run(lambda c: pour(c, by, self.tray, for_whom)))

    @precondition(lambda self: self.cups)
    @rule(data=st.data(), tablet=st.sampled_from(TABLETS), person=st.sampled_from(PEOPLE))
    def from_a_cup(self, data: st.DataObject, tablet: UUID, person: str) -> None:
        """That of somebody else too, and one that was emptied."""
        cup = data.draw(st.sampled_from(self.cups))
        amount = cup.poured.amount
        event = self._event(
            tablet, person, "given", mg=str(amount * STRENGTH), mL=str(amount), concentration=str(STRENGTH),
            container=str(self.tray), cup=str(cup.id),
        )  # fmt: skip
        self.outbox[tablet].append(event)

    # --- the way

    def _send(self, event: Json, by: UUID = NURSE) -> None:
        again = event["id"] in self.arrived
        device = event["device"]
        recorded = self.window.send(
            event, by=by, revoked=device is not None and UUID(device) in self.shut_out
        )
        assert recorded.again is again
        assert str(recorded.kept.id) == event["id"]
        self.arrived[event["id"]] = None
        if recorded.kept.outcome is Outcome.QUARANTINED and not again:
            self.quarantined[event["id"]] = event

    @rule(tablet=st.sampled_from(TABLETS), lost=st.booleans(), most=st.integers(1, 4))
    def send(self, tablet: UUID, lost: bool, most: int) -> None:
        """The first ones go; where the answer is lost, they stay and go again."""
        for event in self.outbox[tablet][:most]:
            self._send(event)
        if not lost:
            del self.outbox[tablet][:most]

    @rule(data=st.data(), tablet=st.sampled_from(TABLETS), lost=st.booleans())
    def sent_by_another(self, data: st.DataObject, tablet: UUID, lost: bool) -> None:
        """Sealed, by somebody who cannot read them, in no order."""
        events = data.draw(st.permutations(self.outbox[tablet]))
        for event in events:
            opened = key().opened(seal(key().public, json.dumps(event).encode()))
            self._send(json.loads(opened), by=ANOTHER)
        if not lost:
            self.outbox[tablet].clear()

    @rule(tablet=st.sampled_from(TABLETS))
    def fetch(self, tablet: UUID) -> None:
        self.knows[tablet] = dict(self.ordered)

    # --- meanwhile

    @rule(person=st.sampled_from(PEOPLE), mg=DOSES)
    def order_is_changed(self, person: str, mg: int) -> None:
        put(self.database, self.store, [request_of(an_order(mg, id=f"{person}-order", patient=person))])
        self.ordered[person] = (str(int(self.ordered[person][0]) + 1), mg)

    @rule(tablet=st.sampled_from(TABLETS))
    def wing_is_taken_over(self, tablet: UUID) -> None:
        self.window.hold("", tablet)

    @rule(tablet=st.sampled_from(TABLETS[2:]))
    def tablet_is_shut_out(self, tablet: UUID) -> None:
        self.shut_out.add(tablet)

    @precondition(lambda self: self.quarantined)
    @rule()
    def quarantined_is_accepted(self) -> None:
        _, event = self.quarantined.popitem()
        assert self.window.accept(event) is not None

    # --- what holds

    def _standing(self) -> dict[str, Decimal]:
        """The doses that arrived, were not kept apart, and were not taken back by anything that arrived."""
        here = [self.tapped[one] for one in self.arrived if one not in self.quarantined]
        back = {one["of"] for one in here if one["kind"] == "entered-in-error"}
        return {
            one["id"]: Decimal(one["mg"])
            for one in here
            if one["kind"] in TAKEN and is_itself(one) and one["id"] not in back
        }  # fmt: skip

    def _spilled(self) -> Decimal:
        here = [self.tapped[one] for one in self.arrived if one not in self.quarantined]
        return sum((Decimal(one["mL"]) for one in here if one["kind"] == "spilled"), Decimal())

    @invariant()
    def the_doses_are_those_that_were_tapped(self) -> None:
        standing = self._standing()
        assert in_record(self.database) == standing
        lines = in_register(self.database)
        drawn = [one for one in standing if self.tapped[one].get("container")]
        assert lines == sorted(
            (one, Decimal(self.tapped[one]["mL"]).quantize(Decimal("0.001"))) for one in drawn
        )
        with self.database.cursor() as cursor:
            named = {event for (event,) in cursor.execute(IN_DISCREPANCY).fetchall()}
        assert standing.keys() <= {event for event, _ in lines} | named

    def teardown(self) -> None:
        """All that was tapped arrives in the end."""
        if not hasattr(self, "bottle"):
            return
        for tablet in TABLETS:
            self.send(tablet, lost=False, most=len(self.outbox[tablet]))
        while self.quarantined:
            self.quarantined_is_accepted()
        assert set(self.arrived) == set(self.tapped)
        self.the_doses_are_those_that_were_tapped()
        lines = sum(amount for _, amount in in_register(self.database))
        assert balance(self.database) == 2 * STOCK - lines - self._spilled()


def is_itself(event: Json) -> bool:
    """Whether an event is of a dose of its own, and not about another's."""
    return event["kind"] == "re-dose" or "of" not in event


def test_in_any_order_the_doses_are_those_that_were_tapped(
    database: Database, store: Store, make_empty: Callable[[], None]
) -> None:
    class Here(Round):
        pass

    Here.database, Here.store, Here.make_empty = database, store, staticmethod(make_empty)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
