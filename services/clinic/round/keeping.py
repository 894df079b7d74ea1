"""Rounds opened and closed, wings held and taken over, and who signs in beside: each in one transaction with its audit."""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.oat.round import parts
from clinical.oat.round.parts import Part, Round, Witness
from clinical.oat.round.row import State
from clinical.oat.round.session import sessions
from clinical.oat.round.stock import Container
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.arrival import source_of
from services.access.pages.signed_in import desk_of
from services.access.people.outcomes import TryLater
from services.access.people.request_journal import journal_of
from services.access.people.second_person import Proved
from services.clinic.asking import Asking
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.shown import RoundShown, round_shown, session_now
from services.clinic.round.staff import colleagues
from services.shared.errors import BadRequest, Conflict, ServiceError, Unprocessable
from services.shared.languages import N_

SILENT_AFTER = timedelta(minutes=2)
"""So long without a word a tablet may be taken to be out of reach, and its wing taken over. Proposed by Throughcare, no
source."""

LONGEST_WING = 100

LAST_SEEN = text(
    "SELECT max(seen_at) FROM access.session WHERE device = CAST(:device AS uuid) AND expires_at > :at"
)

NO_TABLET = N_("Only a registered tablet holds a wing. This browser is none.")
HELD = N_("Another tablet holds this wing and is in use. Ask who has it; take it over once they have agreed.")
WRONG_PIN = N_(
    "That was not accepted. Let your colleague type it again: the PIN of this tablet, or the password."
)
TOO_SOON = N_("Too many wrong tries. Wait a little, then try again.")
NOT_A_COLLEAGUE = N_("Only health staff of this facility stand beside a dose.")
NOT_ONESELF = N_("Nobody is their own second person.")


class NotProved(ServiceError):
    """The PIN did not prove it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"
    title = N_("Not signed in beside")
    message = WRONG_PIN


class TooManyPins(NotProved):
    """Wrong ones were tried before."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    message = TOO_SOON


class HeldByAnother(Conflict):
    """Another tablet has the wing."""

    title = N_("Another tablet holds this wing")
    message = HELD


def session_in(asking: Asking, named: str) -> str:
    """The round that is asked for, else the one under way. Raises BadRequest."""
    if not named:
        return session_now(asking)
    if named not in {one.name for one in sessions(law_of(asking))}:
        raise BadRequest
    return named


def opened(on: OnRound, session: str, wings: Iterable[str] = ()) -> Round:
    """The round, opened if it was not, and the free ones of some wings held by this tablet."""
    wanted = list(wings)
    if not wanted and (found := _there(on, session)):
        return found
    return on.asking.database.run(lambda connection: _opened(on, connection, session, wanted))


def _there(on: OnRound, session: str) -> Round | None:
    with on.asking.database.cursor() as cursor:
        return parts.find(cursor, on.facility, on.asking.day, session)


def take_over(on: OnRound, session: str, wing: str, *, agreed: bool) -> str:
    """Hold a wing; how it came. Raises BadRequest, HeldByAnother."""
    return on.asking.database.run(lambda connection: _take(on, connection, session, wing, agreed=agreed))


def sign_in_beside(on: OnRound, session: str, account: UUID, pin: str, wing: str) -> None:
    """Somebody proves beside who they are. Raises Unprocessable, NotProved, TooManyPins, Busy."""
    prove_beside(on, account, pin)

    def once(connection: Connection) -> None:
        found = _opened(on, connection, session, ())
        witness = Witness(account, on.asking.who.session.device, _wing(wing), on.asking.at)
        parts.sign_in_beside(raw_cursor(connection), found.id, witness)
        _log(on, connection, f"account/{account}")

    on.asking.database.run(once)


def prove_beside(on: OnRound, account: UUID, pin: str) -> None:
    """A second person's PIN on this tablet, or their password. Raises Unprocessable, NotProved, TooManyPins, Busy."""
    asking, request = on.asking, on.asking.request
    if account == asking.who.account.id:
        raise Unprocessable(NOT_ONESELF)
    with asking.database.transaction() as connection:
        known = colleagues(raw_cursor(connection), on.facility, asking.who.session.device, asking.at)
    login = next((one.login for one in known if one.account == account), None)
    if login is None:
        raise Unprocessable(NOT_A_COLLEAGUE)
    second = desk_of(request).second_person(journal_of(request))
    outcome = second.prove(source_of(request), login, pin, asking.at)
    if isinstance(outcome, TryLater):
        raise TooManyPins
    if not isinstance(outcome, Proved) or outcome.account != account:
        raise NotProved


def not_counted_back(shown: RoundShown, session: str) -> tuple[Container, ...]:
    """What was issued to a round of the day, or to one before, and is still out."""
    day = shown.now.day
    return tuple(
        one for one in shown.containers if one.round_on < day or (one.round_on, one.session) == (day, session)
    )


def close(on: OnRound, session: str) -> tuple[bool, int]:
    """Close the round. Whether it was open, and how many doses are still to come or open again.

    What is not counted back then is on the worklists until it is.
    """
    shown = round_shown(on, session)
    still = sum(row.state is not State.DONE for row in shown.rows if row.slot and row.session == session)

    def once(connection: Connection) -> bool:
        found = _opened(on, connection, session, ())
        closed = parts.close(raw_cursor(connection), found.id, on.asking.at, on.asking.who.account.id, still)
        if closed:
            _log(on, connection)
        return closed

    return on.asking.database.run(once), still


def _opened(on: OnRound, connection: Connection, session: str, wings: Iterable[str]) -> Round:
    asking, cursor = on.asking, raw_cursor(connection)
    found = parts.round_of(cursor, on.facility, asking.day, session, asking.at, asking.who.account.id)
    device = asking.who.session.device
    if device is not None and found.closed_at is None:
        held = parts.parts_of(cursor, found.id)
        for wing in dict.fromkeys(map(_wing, wings)):
            if wing not in held:
                parts.take(cursor, found.id, _part(on, wing, device, "free"))
    return found


def _take(on: OnRound, connection: Connection, session: str, wing: str, *, agreed: bool) -> str:
    device = on.asking.who.session.device
    if device is None:
        raise BadRequest(NO_TABLET)
    found = _opened(on, connection, session, ())
    cursor = raw_cursor(connection)
    held = parts.parts_of(cursor, found.id).get(_wing(wing))
    if held is not None and held.device == device:
        return held.taken
    how = "free" if held is None or held.device is None else "agreed" if agreed else "silent"
    if how == "silent" and held is not None and not _is_silent(on, connection, held.device):
        raise HeldByAnother
    parts.take(cursor, found.id, _part(on, _wing(wing), device, how))
    _log(on, connection, f"device/{device}")
    return how


def _part(on: OnRound, wing: str, device: UUID, how: str) -> Part:
    return Part(wing, device, on.asking.who.account.id, on.asking.at, how)


def _is_silent(on: OnRound, connection: Connection, device: UUID | None) -> bool:
    asked = {"device": device, "at": on.asking.at}
    seen = connection.execute(LAST_SEEN, asked).scalar()
    return seen is None or on.asking.at - seen >= SILENT_AFTER


def _wing(name: str) -> str:
    if len(name) > LONGEST_WING or "\0" in name:
        raise BadRequest
    return name


def _log(on: OnRound, connection: Connection, *targets: str) -> None:
    at = on.asking.circumstances(on.asking.purpose.value)
    on.asking.log_with(connection, kinds.write(at, "update", "round", Subjects(targets=targets)))
