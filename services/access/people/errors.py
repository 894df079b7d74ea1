"""What can go wrong with accounts, credentials, grants and sessions.

PeopleError
├── LoginRefused            a login name cannot be used
├── NameRefused             a name is empty, too long, or cannot be read
├── LoginTaken              somebody has that login name, or had it
├── UnknownAccount          no account has that name, or it was closed
├── PasswordRefused         too short, too long, too common, or the login name
├── PinRefused              too short, or anybody would try it first
├── Busy                    too many people are signing in at this moment
├── ActivationRefused       an account cannot be activated with this
├── SeedRefused             a hardware token's seed cannot be used
├── CodesDoNotFollow        two codes of a token are not one after the other
├── PasskeysNotOffered      a browser would refuse a passkey at this address
├── PasskeyRefused          what the authenticator sent does not hold
├── ProofRefused            a proof of one's own cannot be added or removed
├── ProviderUnreachable     the identity provider gives no answer that can be used
├── LinkRefused             an account cannot be linked to that sign-in of the organisation
├── KeyDiffers              what is sealed was sealed with another key
├── FacilityRefused         a facility is not written as a reference
├── UnknownDevice           no such device, or it was revoked
├── UnknownGrant            no such grant, or it is over
├── UnknownReset            no such request, or it is over
├── AlreadyInUse            accounts exist, so there is nothing to begin with
└── NotAllowed              the rules do not let this person do that
    ├── GrantRefused
    ├── LastOfRole          nobody else could do what the last administrator or auditor does
    └── ResetRefused

A message says what to do; it never repeats what was given.
"""

from typing import ClassVar

from services.shared.languages import N_


class PeopleError(Exception):
    """Something about a person's account cannot be done."""

    message: ClassVar[str] = N_("This cannot be done with the account.")

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class LoginRefused(PeopleError):
    """A login name cannot be used."""

    message = N_("Choose a login name of 3 to 64 letters, digits, dots, hyphens or underscores.")


class NameRefused(PeopleError):
    """A name is empty, too long, or cannot be read."""

    message = N_("Give a name of 1 to 120 letters that can be read.")


class LoginTaken(PeopleError):
    """Somebody has that login name, or had it."""

    message = N_("Somebody has, or had, this login name. Choose another one.")


class UnknownAccount(PeopleError):
    """No account has that name, or it was closed."""

    message = N_("There is no such account, or it was closed. See the list: throughcare account list")


class PasswordRefused(PeopleError):
    """Too short, too long, too common, or the login name."""


class PinRefused(PeopleError):
    """Too short, or anybody would try it first."""


class Busy(PeopleError):
    """Too many people are signing in at this moment."""

    message = N_("Many people are signing in just now. Wait a few seconds, then try again.")


class ActivationRefused(PeopleError):
    """An account cannot be activated with this."""

    message = N_(
        "The account was not activated. Check the code and the time, or ask for a new activation code."
    )


class SeedRefused(PeopleError):
    """A hardware token's seed cannot be used."""


class CodesDoNotFollow(PeopleError):
    """Two codes of a token are not one after the other."""

    message = N_("These are not two codes that follow each other. Let the token show two new ones.")


class PasskeysNotOffered(PeopleError):
    """A browser would refuse a passkey at this address."""

    message = N_(
        "Security keys and passkeys work over https with a host name, or on localhost, and nowhere else."
    )


class PasskeyRefused(PeopleError):
    """What the authenticator sent does not hold."""

    message = N_("The security key or passkey was not accepted. Try again.")


class ProofRefused(PeopleError):
    """A proof of one's own cannot be added or removed."""


class ProviderUnreachable(PeopleError):
    """The identity provider gives no answer that can be used."""

    message = N_(
        "The sign-in of your organisation does not answer. Sign in with login name and password, or with a passkey."
    )


class LinkRefused(PeopleError):
    """An account cannot be linked to that sign-in of the organisation."""

    message = N_(
        "This was not linked: the sign-in there is over, or is linked to an account already. Begin again."
    )


class KeyDiffers(PeopleError):
    """What is sealed was sealed with another key, or for another place, or was changed."""

    message = N_(
        "One-time codes cannot be checked: credentials.key is not the one they were sealed with. Restore it from the "
        "backup; until then recovery codes and passkeys still work."
    )


class FacilityRefused(PeopleError):
    """A facility is not written as a reference."""

    message = N_("Write a facility as a reference, such as Location/north-prison or Organization/oat-centre.")


class UnknownDevice(PeopleError):
    """No such device, or it was revoked."""

    message = N_("There is no such device, or it was revoked. See the list: throughcare account devices")


class UnknownGrant(PeopleError):
    """No such grant, or it is over."""

    message = N_("There is no such grant, or it is over. See the list: throughcare account grants")


class UnknownReset(PeopleError):
    """No such request, or it is over."""

    message = N_("There is no such request, or it is over. Ask anew: throughcare account reset")


class AlreadyInUse(PeopleError):
    """Accounts exist, so there is nothing to begin with."""

    message = N_("This installation has accounts. Its administrators add others: throughcare account add")


class NotAllowed(PeopleError):
    """The rules do not let this person do that."""

    message = N_("Your roles do not allow this.")


class GrantRefused(NotAllowed):
    """The rules do not let this person grant that."""


class LastOfRole(NotAllowed):
    """Nobody else could do what the last administrator or auditor does."""


class ResetRefused(NotAllowed):
    """The rules do not let this person reset those credentials."""
