"""Why something is not entered into the register.

RegisterError
├── AmountRefused          no amount above nothing with at most three decimals
├── NotMeasurable          so many mg are no amount of this strength that can be measured
├── NotThere               no such book, batch, container, cup, line, transfer or discrepancy at this site
├── NotEnough              the safe or the container does not hold that much
├── Expired                the last day of the batch is over
├── ContainerOut           a container of that name is out already
├── TwoStrengths           another strength of the same medicine is out at the site
├── IssueClosed            the container was counted back
├── IssueStillOpen         the container is still out
├── SecondPersonNeeded     somebody else has to sign too
├── SamePerson             the same person would sign twice
├── NotTakenBack           such a line is not taken back, or was already
├── NotACup                cups are poured from what was issued for cups
├── CupStands              a cup stands poured for this dose already
├── CupEmpty               nothing is left in the cup
├── OwnSite                stock is not transferred to the site where it is
├── DiscrepancyClosed      it was closed already
├── StillOff               the book is off without an entry that accepts the difference
├── NothingToAccept        there is no difference that an entry could accept
├── NothingToConfirm       nobody counted alone, or something went in or out since
└── BookChanged            somebody wrote in the book meanwhile
"""


class RegisterError(Exception):
    """What was to be entered is not; nothing was written."""


class AmountRefused(RegisterError):
    """An amount is above nothing, with at most three decimals, and below 100 000 000."""


class NotMeasurable(RegisterError):
    """So many mg are no amount of this strength with at most three decimals."""


class NotThere(RegisterError):
    """No such thing is kept at this site."""


class NotEnough(RegisterError):
    """The safe or the container does not hold that much, by the book."""


class Expired(RegisterError):
    """The last day of the batch is over."""


class ContainerOut(RegisterError):
    """A container of that name is out already: count it back first."""


class TwoStrengths(RegisterError):
    """Another strength of the same medicine is out, for this round or another: count it back first."""


class IssueClosed(RegisterError):
    """The container was counted back."""


class IssueStillOpen(RegisterError):
    """The container is still out: count it back first."""


class SecondPersonNeeded(RegisterError):
    """The law, or our rule, asks for two, and only one signs."""


class SamePerson(RegisterError):
    """Nobody signs twice."""


class NotTakenBack(RegisterError):
    """A line of that kind is not taken back so, or was taken back already."""


class NotACup(RegisterError):
    """Cups are poured from what was issued for cups, as long as it is out."""


class CupStands(RegisterError):
    """A cup that may be handed out stands poured for this dose already."""


class CupEmpty(RegisterError):
    """Nothing is left in the cup."""


class OwnSite(RegisterError):
    """Stock is not transferred to the site where it is."""


class DiscrepancyClosed(RegisterError):
    """It was closed already; a closed one stays closed."""


class StillOff(RegisterError):
    """The book is off: an entry has to accept the difference."""


class NothingToAccept(RegisterError):
    """The book holds what was found, so no entry accepts a difference."""


class NothingToConfirm(RegisterError):
    """Nobody counted alone, somebody has counted since, or something went in or out since."""


class BookChanged(RegisterError):
    """Somebody wrote in the book since it was looked at."""
