"""Who signs an entry: whoever is signed in, and a colleague who proves beside them who they are."""

from dataclasses import dataclass
from uuid import UUID

from clinical.register.two_people import ALONE, Hands, takes_two
from clinical.register.two_people import signed as signed_by
from services.access.decision import Interaction
from services.access.pages.arrival import source_of
from services.access.pages.said import REFUSED, Said, not_done, too_soon
from services.access.pages.signed_in import desk_of
from services.access.people.errors import Busy
from services.access.people.grants import person_with
from services.access.people.login_names import folded
from services.access.people.outcomes import TryLater
from services.access.people.request_journal import journal_of
from services.access.people.second_person import Proved
from services.register.acts.act import Act
from services.register.keeper import Keeper, allowed_at
from services.register.typed import Typed
from services.shared.languages import N_
from services.shared.languages import gettext as _

NOT_ACCEPTED = N_(
    "Login name and PIN were not accepted. Let your colleague type both again: the PIN of this tablet, or the password."
)
NOT_A_KEEPER = N_(
    "This colleague does not keep the register here. Ask somebody of the health staff of this site."
)
YOURSELF = N_("You sign already. Ask a colleague to sign with you.")


@dataclass(frozen=True)
class Signing:
    """What the form asks for."""

    two: bool
    may_be_alone: bool


class NotSigned(Exception):
    """Nobody signed second who may. ``said``: what to do now."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.said = said


def signing_of(keeper: Keeper, act: Act) -> Signing:
    """Whether two sign, and whether somebody who is alone may."""
    two = takes_two(act.signs, keeper.law)
    return Signing(two, two and act.signs in ALONE)


def hands_of(keeper: Keeper, site: str, act: Act, typed: Typed) -> Hands:
    """Who signs. Raises NotSigned, SecondPersonNeeded."""
    first = keeper.who.account.id
    if typed.fields.get("alone") == "yes":
        hands = Hands(first, alone=True)
    elif "second" in typed:
        hands = Hands(first, _second(keeper, site, typed))
    else:
        hands = Hands(first)
    signed_by(act.signs, hands, keeper.law)
    return hands


def _second(keeper: Keeper, site: str, typed: Typed) -> UUID:
    login = typed.fields["second"]
    if folded(login) == keeper.who.account.login:
        raise NotSigned(Said(_(YOURSELF), REFUSED))
    desk, journal = desk_of(keeper.request), journal_of(keeper.request)
    source = source_of(keeper.request)
    try:
        outcome = desk.second_person(journal).prove(source, login, typed.fields.get("secret", ""), keeper.now)
    except Busy as busy:
        raise NotSigned(not_done(busy)) from None
    if isinstance(outcome, TryLater):
        raise NotSigned(too_soon(outcome))
    if not isinstance(outcome, Proved):
        raise NotSigned(Said(_(NOT_ACCEPTED), REFUSED))
    if not _keeps(keeper, site, outcome.account):
        raise NotSigned(Said(_(NOT_A_KEEPER), REFUSED))
    return outcome.account


def _keeps(keeper: Keeper, site: str, account: UUID) -> bool:
    with keeper.database.transaction() as connection:
        person = person_with(connection, account, keeper.now)
    return Interaction.CREATE in allowed_at(person, site, keeper.now)
