"""What is logged: one function for each kind of event. Pure.

Each gives what stands in the log in clear, and apart from it the subjects, which are sealed: references to patients,
to their resources and to their consents. What was searched for leads to people as well; it stands in the log as a
keyed hash, so that whoever has the key can ask whether a given value was searched for.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.access.audit.event import Json

SUCCESS, MINOR_FAILURE, SERIOUS_FAILURE = "0", "4", "8"
"""http://hl7.org/fhir/R4/valueset-audit-event-outcome.html"""

PATIENT, RESOURCE, CONSENT = "patient", "resource", "consent"
"""What a subject is to its event."""


@dataclass(frozen=True)
class Actor:
    """Who did it: a ``client`` by its name, an ``account`` by its id, an ``operator`` at the command line, the
    ``program`` itself, or ``nobody`` who could be told."""

    kind: str
    name: str
    role: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True)
class Circumstances:
    """Who, when, and from where. ``purpose`` is a code of v3-PurposeOfUse, such as TREAT."""

    actor: Actor
    at: datetime
    """When it happened, which may be long before it could be recorded."""
    purpose: str | None = None
    facility: str | None = None
    """The id of the facility for which it was done."""
    request: str | None = None
    """The request as ``X-Request-Id`` named it."""
    address: str | None = None
    """The network address that it came from."""


@dataclass(frozen=True)
class AuditEvent:
    """An event before it is sealed. Neither ``members`` nor what is searched by holds what leads to a patient."""

    kind: str
    actor: str
    facility: str | None
    at: datetime
    members: Mapping[str, Json]
    subjects: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Subjects:
    """Whom and what an event is about, as references: ``Patient/1``, ``Observation/7``, ``Consent/2``."""

    patients: Sequence[str] = field(default=(), repr=False)
    resources: Sequence[str] = field(default=(), repr=False)
    consents: Sequence[str] = field(default=(), repr=False)


NOBODY = Subjects()


def sign_in(
    at: Circumstances, method: str, *, outcome: str = SUCCESS, tried: str | None = None, key: bytes = b""
) -> AuditEvent:
    """Somebody signed in, or could not. ``tried`` is the name that was typed, kept as a keyed hash only."""
    name = keyed(key, "sign-in", tried) if tried is not None else None
    return _event("sign-in", at, outcome=outcome, method=method, tried=name)


def read(
    at: Circumstances, interaction: str, type_: str, about: Subjects, *, results: int | None = None
) -> AuditEvent:
    """Resources were read: those named, or so many ``results`` of the patients named.

    ``interaction`` is FHIR's code or an operation's name with its ``$``.
    """
    number = len(about.resources) if results is None else results
    return _event("read", at, about, interaction=interaction, type=type_, results=number, outcome=SUCCESS)


def search(
    at: Circumstances,
    type_: str,
    criteria: Sequence[tuple[str, str]],
    about: Subjects,
    *,
    results: int,
    key: bytes,
) -> AuditEvent:
    """Resources were searched for. ``about`` has the patients whose resources were found or asked for.

    ``criteria`` are the parameters that were understood, by name and value.
    """
    asked: list[Json] = [{"name": name, "value": keyed(key, name, value)} for name, value in criteria]
    return _event(
        "search",
        at,
        about,
        interaction="search-type",
        type=type_,
        criteria=asked,
        results=results,
        outcome=SUCCESS,
    )


def write(at: Circumstances, interaction: str, type_: str, about: Subjects) -> AuditEvent:
    """Resources were written: ``create``, ``update``, ``patch`` or ``delete``."""
    return _event(
        "write", at, about, interaction=interaction, type=type_, results=len(about.resources), outcome=SUCCESS
    )


def export(at: Circumstances, types: Sequence[str], *, results: int, about: Subjects = NOBODY) -> AuditEvent:
    """Records left as files: of everyone, or of the patients named."""
    return _event("export", at, about, types=list(types), results=results, outcome=SUCCESS)


def disclosure(
    at: Circumstances, recipient: str, basis: str, types: Sequence[str], about: Subjects
) -> AuditEvent:
    """Records of patients were handed to an organisation outside, on a consent or on another legal basis, by its code."""
    return _event(
        "disclosure",
        at,
        about,
        recipient=recipient,
        basis=basis,
        types=list(types),
        results=len(about.resources),
        outcome=SUCCESS,
    )


def break_glass(at: Circumstances, reason: str, about: Subjects) -> AuditEvent:
    """A record was opened in an emergency. ``reason`` is a code of the list, never a text that somebody wrote."""
    return _event("break-glass", at, about, reason=reason, outcome=SUCCESS)


def consent(at: Circumstances, recipient: str, *, permit: bool, about: Subjects) -> AuditEvent:
    """A patient's consent decided whether a recipient may have records."""
    return _event(
        "consent",
        at,
        about,
        recipient=recipient,
        decision="permit" if permit else "deny",
        outcome=SUCCESS if permit else SERIOUS_FAILURE,
    )


def refusal(at: Circumstances, interaction: str, type_: str, why: str, about: Subjects) -> AuditEvent:
    """Somebody was refused. ``why`` is the code of the rule that refused, which the answer does not tell."""
    return _event("refusal", at, about, interaction=interaction, type=type_, why=why, outcome=SERIOUS_FAILURE)


def erasure(at: Circumstances, reason: str, *, openings: int) -> AuditEvent:
    """Somebody was erased from the log. Whom, it no longer knows."""
    return _event("erasure", at, reason=reason, openings=openings, outcome=SUCCESS)


def new_key(at: Circumstances, *, before: str | None, now: str) -> AuditEvent:
    """Heads are signed with another key from here on. The logs' ids are hexadecimal."""
    return _event("new-key", at, before=before, now=now, outcome=SUCCESS)


def keyed(key: bytes, name: str, value: str) -> str:
    """A value searched for, as a hash that only whoever has the key can try out."""
    return hmac.digest(key, f"{name}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hex()


def instant(moment: datetime) -> str:
    """A moment as it is logged: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(kind: str, at: Circumstances, about: Subjects = NOBODY, **said: Json) -> AuditEvent:
    what = [
        *((PATIENT, one) for one in about.patients),
        *((RESOURCE, one) for one in about.resources),
        *((CONSENT, one) for one in about.consents),
    ]
    members: dict[str, Json] = {
        "kind": kind,
        "at": instant(at.at),
        "actor": _without_none({"kind": at.actor.kind, "name": at.actor.name, "role": at.actor.role}),
        "purpose": at.purpose,
        "facility": at.facility,
        "request": at.request,
        "address": at.address,
        "about": [role for role, _ in what],
        **said,
    }
    return AuditEvent(
        kind, str(at.actor), at.facility, at.at, _without_none(members), tuple(subject for _, subject in what)
    )


def _without_none(members: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value is not None}
