"""Clients that write all the time and remember what they were told, for the tests that kill the server."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from resources import a_dose, a_patient, a_stay, post, transaction

KEYS = "urn:load:key"
SHARED = "urn:load:shared"
SHARED_VALUES = 20
REPEATED = 3
"""How many of its last acknowledged keys a client sends once more when it comes back."""

PAUSE_SECONDS = 0.1
"""After an error, as any client makes one."""

Version = tuple[str, str, int]
"""Type, id and version."""


@dataclass
class Acknowledged:
    """What the server said it had saved: the text it answered, or None where it answered no text."""

    versions: dict[Version, str | None] = field(default_factory=dict)
    deleted: set[Version] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    """Idempotency-Key to the answer."""
    wrong: list[str] = field(default_factory=list)
    """Answers that must not be."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: httpx.Response) -> None:
        """Remember what was written, if it was."""
        if answer.status_code in (200, 201):
            resource = answer.json()
            named = resource["resourceType"], resource["id"], int(resource["meta"]["versionId"])
            with self.lock:
                self.versions[named] = answer.text
        elif answer.status_code == 503:
            time.sleep(PAUSE_SECONDS)
        else:
            self.blame(answer)

    def blame(self, answer: httpx.Response) -> None:
        """Remember an answer that must not be."""
        with self.lock:
            self.wrong.append(f"{answer.request.method} {answer.status_code} {answer.text[:200]}")


@dataclass
class Writer:
    """One client. It never stops for an error, like a tablet on a bad network."""

    number: int
    seen: Acknowledged
    unsure: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Key to body of what was sent and not answered."""
    sure: list[str] = field(default_factory=list)
    own_is_there: bool = False

    def writing(self, token: str) -> Callable[[str, threading.Event], None]:
        """Write with a token."""
        return lambda address, stop: self.write(address, token, stop)

    def write(self, address: str, token: str, stop: threading.Event) -> None:
        """Write until told to stop."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
        steps = self._steps()
        with httpx.Client(base_url=f"{address}/fhir", headers=headers, timeout=10) as client:
            while not stop.is_set():
                for step in steps:
                    try:
                        step(client)
                    except httpx.HTTPError:
                        time.sleep(PAUSE_SECONDS)
                    if stop.is_set():
                        return

    def _steps(self) -> list[Callable[[httpx.Client], None]]:
        return [
            self._repeat,
            self._create,
            self._transact,
            self._create_on_condition,
            self._create_with_key,
            self._update,
            self._patch,
            self._delete,
        ]

    def _create(self, client: httpx.Client) -> None:
        self.seen.note(client.post("/MedicationAdministration", json=a_dose()))

    def _transact(self, client: httpx.Client) -> None:
        answer = client.post("", json=transaction(post(a_stay()), post(a_dose()), post(a_dose())))
        if answer.status_code != 200:
            self.seen.note(answer)
            return
        places = [entry["response"]["location"].split("/") for entry in answer.json()["entry"]]
        with self.seen.lock:
            for type_, id_, _, version in places:
                self.seen.versions[type_, id_, int(version)] = None

    def _create_on_condition(self, client: httpx.Client) -> None:
        value = str(time.monotonic_ns() % SHARED_VALUES)
        patient = a_patient(identifier=[{"system": SHARED, "value": value}])
        criteria = {"If-None-Exist": f"identifier={SHARED}|{value}"}
        self.seen.note(client.post("/Patient", json=patient, headers=criteria))

    def _create_with_key(self, client: httpx.Client) -> None:
        key = str(uuid4())
        self.unsure[key] = a_patient(identifier=[{"system": KEYS, "value": key}])
        self._send_with_key(client, key)

    def _send_with_key(self, client: httpx.Client, key: str) -> None:
        answer = client.post("/Patient", json=self.unsure[key], headers={"Idempotency-Key": key})
        self.seen.note(answer)
        if answer.status_code == 201:
            with self.seen.lock:
                known = self.seen.keys.setdefault(key, answer.text)
            if known != answer.text:
                self.seen.blame(answer)
            self.sure = [*self.sure, key][-REPEATED:]

    def _repeat(self, client: httpx.Client) -> None:
        """Send again what was not answered, and a little of what was."""
        unanswered = [key for key in self.unsure if key not in self.seen.keys]
        for key in [*unanswered[:REPEATED], *self.sure]:
            self._send_with_key(client, key)
        for key in [key for key in self.unsure if key in self.seen.keys and key not in self.sure]:
            del self.unsure[key]

    @property
    def _own(self) -> str:
        return f"writer-{self.number}"

    def _update(self, client: httpx.Client) -> None:
        answer = client.put(f"/Patient/{self._own}", json=a_patient(self._own, active=True))
        self.seen.note(answer)
        self.own_is_there = self.own_is_there or answer.is_success

    def _patch(self, client: httpx.Client) -> None:
        if not self.own_is_there:  # the very first PUT was cut off, and nobody was told that it is there
            return
        change = [{"op": "add", "path": "/language", "value": "sq"}]
        kind = {"Content-Type": "application/json-patch+json"}
        self.seen.note(client.patch(f"/Patient/{self._own}", json=change, headers=kind))

    def _delete(self, client: httpx.Client) -> None:
        name = f"{self._own}-{time.monotonic_ns() % 10}"
        self.seen.note(client.put(f"/Patient/{name}", json=a_patient(name)))
        answer = client.delete(f"/Patient/{name}")
        if answer.status_code != 204:
            self.seen.note(answer)
        elif "etag" in answer.headers:  # else there was nothing to delete, because it could not be written
            version = int(answer.headers["etag"].removeprefix('W/"').removesuffix('"'))
            with self.seen.lock:
                self.seen.deleted.add(("Patient", name, version))
