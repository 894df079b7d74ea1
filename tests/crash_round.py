"""Tablets that send what happened in a round all the time, one by one and sealed, and lose answers: for the tests that kill the server."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import httpx
from at_the_window import an_event
from crash_load import PAUSE_SECONDS
from dispensary import Dispensary
from oat import ZONE, an_order
from resources import a_patient, a_stay, an_organization
from round_books import TAKEN, as_entered, balance, in_record, in_register
from round_prison import PRISON, put
from sealed_events import seal

from clinical.oat.order_resource import request_of
from fhir_store.store import Store
from services.access.people.accounts import add_account
from services.access.people.grant_rules import Wanted
from services.access.people.grants import record_grant
from services.access.people.sessions import begin
from services.shared.database import Database

Json = dict[str, Any]

STOCK = 50_000
STRENGTH = Decimal(10)
PEOPLE = 12
"""Of each tablet."""
SEALED = 5
"""So many go together, unread."""
LOST = httpx.Timeout(10, read=0.002)
"""Nobody waits for the answer."""
LOST_SHARE = 0.3

KEPT = "SELECT id::text, kind FROM clinical.round_event"
NOT_OF_AN_EVENT = """
SELECT source_id FROM clinical.oat_event e WHERE e.patient_id LIKE 'tablet-%'
    AND NOT EXISTS (SELECT FROM clinical.round_event r WHERE r.id::text = e.source_id)
"""


@dataclass
class Sent:
    """What tablets sent, and of what they were told that it is kept."""

    bottle: str
    tokens: list[str]
    accounts: list[str]
    events: dict[str, Json] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    """Answers that must not be."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event: Json, outcome: str) -> None:
        """Remember that an event is kept."""
        with self.lock:
            if outcome not in ("stored", "flagged", "conflict"):
                self.wrong.append(f"{event['kind']} {outcome}")
            self.acknowledged.add(event["id"])

    def blame(self, answer: httpx.Response) -> None:
        """Remember an answer that must not be."""
        with self.lock:
            self.wrong.append(f"{answer.status_code} {answer.text[:200]}")


def a_round(database: Database, store: Store, tablets: int) -> Sent:
    """A prison with a bottle out, people who have orders, and a nurse signed in on each of some tablets."""
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    records: list[Json] = [an_organization(PRISON, name="DEMO Prison")]
    for patient in (_person(tablet, n) for tablet in range(tablets) for n in range(PEOPLE)):
        order = an_order(id=f"{patient}-order", patient=patient, start=today - timedelta(days=5), end=None)
        records += [
            a_patient(patient),
            a_stay(f"{patient}-stay", patient=patient, prison=PRISON),
            request_of(order),
        ]
    put(database, store, records)
    safe = Dispensary(database, PRISON)
    tokens, accounts = [], []
    for tablet in range(tablets):
        with database.transaction() as connection:
            account = add_account(connection, f"nurse-{tablet}", "Nurse", None, now).id
            wanted = Wanted("nurse", f"Organization/{PRISON}", now, now + timedelta(days=1))
            record_grant(connection, account, wanted, None, now, needs=False)
            tokens.append(begin(connection, account, None, now).token)
            accounts.append(str(account))
    return Sent(str(safe.issues(safe.receives(STOCK), STOCK)), tokens, accounts)


def _person(tablet: int, n: int) -> str:
    return f"tablet-{tablet}-p{n}"


@dataclass
class SendingTablet:
    """One tablet. It keeps what was not answered, and sends it again."""

    number: int
    sent: Sent
    origin: str
    waiting: list[str] = field(default_factory=list)
    """The numbers of its events of which it was not told that they are kept."""
    doses: list[str] = field(default_factory=list)
    seq: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.number)

    def send(self, address: str, stop: threading.Event) -> None:
        """Send until told to stop."""
        cookies = {"throughcare-session": self.sent.tokens[self.number]}
        headers = {"Accept": "application/json", "Origin": self.origin}
        with httpx.Client(base_url=address, headers=headers, cookies=cookies, timeout=10) as client:
            while not stop.is_set():
                try:
                    self._shift(client, stop)
                except (httpx.HTTPError, KeyError):
                    time.sleep(PAUSE_SECONDS)

    def _shift(self, client: httpx.Client, stop: threading.Event) -> None:
        client.headers["X-CSRF-Token"] = client.get("/round/here").json()["csrf"]
        public = b64decode(client.post("/round/list", json={}).json()["facility_key"]["spki"])
        while not stop.is_set():
            self._happens()
            if self.seq % 3 == 0:
                self._sealed(client, public)
            else:
                self._one_by_one(client)

    def _happens(self) -> None:
        """Something is tapped: a dose, or that an earlier one was none."""
        self.seq += 1
        known = [one for one in self.doses if one in self.sent.acknowledged]
        if self.seq % 5 == 0 and known:
            about = known[0]
            self.doses.remove(about)
            person = self.sent.events[about]["person"]
            event = self._event(person, kind="entered-in-error", of=about, mg=None)
        else:
            mg = Decimal(self.random.choice([40, 60, 75]))
            event = self._event(
                _person(self.number, self.seq % PEOPLE),
                kind=self.random.choice(["given", "given", "partial", "mouth-check-failed"]),
                mg=str(mg), mL=str(mg / STRENGTH), concentration=str(STRENGTH), container=self.sent.bottle,
            )  # fmt: skip
            self.doses.append(event["id"])
        with self.sent.lock:
            self.sent.events[event["id"]] = event
        self.waiting.append(event["id"])

    def _event(self, person: str, **said: Any) -> Json:
        now = datetime.now(UTC)
        base = {
            "seq": self.seq, "device": None, "recorded_by": self.sent.accounts[self.number], "occurred_at": now.isoformat(),
            "list_from": (now - timedelta(minutes=10)).isoformat(),
            "slot": {"order": f"{person}-order", "day": now.astimezone(ZONE).date().isoformat(), "part": 1},
        }  # fmt: skip
        return an_event(person, **{**base, **said})

    def _one_by_one(self, client: httpx.Client) -> None:
        for id_ in list(self.waiting):
            event = self.sent.events[id_]
            try:
                wait = LOST if self.random.random() < LOST_SHARE else client.timeout
                answer = client.post("/round/events", json=event, timeout=wait)
            except httpx.ReadTimeout:
                continue
            if answer.status_code in (200, 201, 409) and "outcome" in answer.json():
                self._kept(event, answer.json()["outcome"])
            elif answer.status_code == 503:
                time.sleep(PAUSE_SECONDS)
            else:
                self.sent.blame(answer)

    def _sealed(self, client: httpx.Client, public: bytes) -> None:
        events = [self.sent.events[one] for one in self.waiting[:SEALED]]
        sealed = [seal(public, json.dumps(one).encode()) for one in events]
        answer = client.post("/round/sealed", json={"events": sealed})
        if answer.status_code != 200:
            if answer.status_code != 503:
                self.sent.blame(answer)
            time.sleep(PAUSE_SECONDS)
            return
        for event, told in zip(events, answer.json()["answers"], strict=True):
            if told["status"] in (200, 201, 409):
                self._kept(event, told["outcome"])
            elif told["status"] != 503:
                self.sent.blame(answer)

    def _kept(self, event: Json, outcome: str) -> None:
        self.sent.note(event, outcome)
        self.waiting.remove(event["id"])


def every_dose_is_there_once(database: Database, sent: Sent) -> None:
    """What was acknowledged is kept; the record and the register have the doses of what is kept, each once, and no other."""
    with database.cursor() as cursor:
        rows: list[tuple[str, str]] = cursor.execute(KEPT).fetchall()
        assert cursor.execute(NOT_OF_AN_EVENT).fetchall() == []
    kept = dict(rows)
    assert len(kept) == len(rows)
    assert sent.acknowledged <= kept.keys() <= sent.events.keys()
    standing = _standing(sent.events[one] for one in kept)
    assert in_record(database) == standing
    assert in_register(database) == as_entered(standing.items(), STRENGTH)
    assert balance(database) == STOCK - sum(standing.values()) / STRENGTH


def _standing(events: Iterable[Json]) -> dict[str, Decimal]:
    here = list(events)
    back = {one["of"] for one in here if one["kind"] == "entered-in-error"}
    return {one["id"]: Decimal(one["mg"]) for one in here if one["kind"] in TAKEN and one["id"] not in back}
