"""What is logged: one function for each kind of event. Pure.

Each gives what stands in the log in clear, and apart from it the subjects, which are sealed: references to patients,
to their resources and to their consents, and to the accounts, clients and tablets that something was done to. What was searched for leads to people as well; it stands in the log as a
keyed hash, so that whoever has the key can ask whether a given value was searched for.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.access.audit.event import Json

SUCCESS, MINOR_FAILURE, SERIOUS_FAILURE = "0", "4", "8"
"""http://hl7.org/fhir/R4/valueset-audit-event-outcome.html"""

PATIENT, RESOURCE, CONSENT, TARGET = "patient", "resource", "consent", "target"
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
    """Whom and what an event is about, as references: ``Patient/1``, ``Observation/7``, ``Consent/2``, ``account/3``."""

    patients: Sequence[str] = field(default=(), repr=False)
    resources: Sequence[str] = field(default=(), repr=False)
    consents: Sequence[str] = field(default=(), repr=False)
    targets: Sequence[str] = field(default=(), repr=False)
    """Accounts, clients, tablets and sessions, written as an actor is: ``account/ID``, ``client/NAME``."""


NOBODY = Subjects()

REASON_NOT_GIVEN = "not-given"
"""The reason of a break-glass that is to be told later in the shift."""

ROLES_CHANGED, CREDENTIALS_CHANGED, SECURITY_CHANGED = "roles", "credentials", "security"

CHANGES: Mapping[str, str] = {
    "account-made": CREDENTIALS_CHANGED,
    "account-activated": CREDENTIALS_CHANGED,
    "account-closed": CREDENTIALS_CHANGED,
    "password-changed": CREDENTIALS_CHANGED,
    "pin-chosen": CREDENTIALS_CHANGED,
    "reset-asked": CREDENTIALS_CHANGED,
    "reset-done": CREDENTIALS_CHANGED,
    "tokens-taken-in": CREDENTIALS_CHANGED,
    "token-assigned": CREDENTIALS_CHANGED,
    "token-resynchronised": CREDENTIALS_CHANGED,
    "passkey-added": CREDENTIALS_CHANGED,
    "role-granted": ROLES_CHANGED,
    "role-confirmed": ROLES_CHANGED,
    "role-revoked": ROLES_CHANGED,
    "tablet-registered": SECURITY_CHANGED,
    "tablet-set-up": SECURITY_CHANGED,
    "tablet-shut-out": SECURITY_CHANGED,
    "client-added": CREDENTIALS_CHANGED,
    "client-keys-added": CREDENTIALS_CHANGED,
    "client-key-revoked": CREDENTIALS_CHANGED,
    "client-token-issued": CREDENTIALS_CHANGED,
    "client-revoked": CREDENTIALS_CHANGED,
}
"""Every change of who may get in and what they may do, with what kind of change it is."""


def sign_in(
    at: Circumstances,
    method: str,
    *,
    outcome: str = SUCCESS,
    why: str | None = None,
    tried: str | None = None,
    key: bytes = b"",
    about: Subjects = NOBODY,
) -> AuditEvent:
    """Somebody signed in, or could not, and ``why``. ``tried`` is the name that was typed, kept as a keyed hash only.

    ``about`` has the account that somebody tried to get into.
    """
    name = keyed(key, "sign-in", tried) if tried is not None else None
    return _event("sign-in", at, about, outcome=outcome, method=method, why=why, tried=name)


def unlock(at: Circumstances, *, outcome: str = SUCCESS, why: str | None = None) -> AuditEvent:
    """The session of a shift was opened again with its PIN, or could not be, and ``why``."""
    return _event("unlock", at, method="pin", outcome=outcome, why=why)


def sign_out(at: Circumstances, how: str, about: Subjects = NOBODY, *, sessions: int = 1) -> AuditEvent:
    """So many sessions were ended; ``how`` is a code. ``about`` has whose or what they were, if not the actor's own."""
    return _event("sign-out", at, about, how=how, sessions=sessions, outcome=SUCCESS)


def access_change(at: Circumstances, change: str, about: Subjects, **said: Json) -> AuditEvent:
    """Who may get in, or what they may do, was changed. ``change`` is one of ``CHANGES``; ``about`` has its targets.

    Raises ValueError if there is no such change.
    """
    if change not in CHANGES:
        raise ValueError("There is no such change of access. Add it to CHANGES, with how it is said.")
    return _event("access-change", at, about, change=change, outcome=SUCCESS, **said)


def view(at: Circumstances, page: str) -> AuditEvent:
    """A page of figures or registers was shown, which is about nobody in particular. ``page`` is its name."""
    return _event("view", at, page=page, outcome=SUCCESS)


def audit_read(
    at: Circumstances, page: str, about: Subjects = NOBODY, *, filters: Sequence[str] = (), results: int = 0
) -> AuditEvent:
    """The audit log itself was looked at. ``filters`` are the names of what was asked by, ``about`` whom it was about."""
    return _event("audit-read", at, about, page=page, filters=list(filters), results=results, outcome=SUCCESS)


def audit_review(at: Circumstances, finding: int, result: str, reason: str, about: Subjects) -> AuditEvent:
    """A finding of unusual access was handled: its number, what came of it and why (codes), and whose access it was."""
    return _event("audit-review", at, about, finding=finding, result=result, reason=reason, outcome=SUCCESS)


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


def export(
    at: Circumstances,
    types: Sequence[str],
    *,
    results: int,
    about: Subjects = NOBODY,
    page: str | None = None,
) -> AuditEvent:
    """Records or figures left as files: of everyone, or of the patients named. ``page`` is what it was taken from."""
    return _event("export", at, about, types=list(types), results=results, page=page, outcome=SUCCESS)


def import_(at: Circumstances, types: Sequence[str], *, results: int, refused: int) -> AuditEvent:
    """Records came in as files: so many were taken, so many refused."""
    outcome = MINOR_FAILURE if refused else SUCCESS
    return _event("import", at, types=list(types), results=results, refused=refused, outcome=outcome)


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
        *((TARGET, one) for one in about.targets),
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
