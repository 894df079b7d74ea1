"""Why a Consent is not written.

ConsentError
├── InterpreterNotAllowed   a prisoner or an officer interpreted
├── WitnessMissing          there is a mark, and nobody saw it made
├── NotTheDecider           whom the law asks has not decided
├── AssentMissing           the minor was not asked, or does not agree
├── RecipientMissing        a hand-over that names neither centre nor any, or another purpose that names one
└── NotConfirmed           it came from elsewhere, and nobody here has confirmed who decided
"""


class ConsentError(Exception):
    """A Consent that does not count."""


class InterpreterNotAllowed(ConsentError):
    """A prisoner or an officer interpreted. Ask again with a professional interpreter."""


class WitnessMissing(ConsentError):
    """A mark in place of a signature needs a witness who is no officer and no prisoner."""


class NotTheDecider(ConsentError):
    """Somebody else has to decide: see ``who_decides``."""


class AssentMissing(ConsentError):
    """A minor who can be asked has to agree too."""


class RecipientMissing(ConsentError):
    """A hand-over names one centre, several or any, and which labels; nothing else names one."""


class NotConfirmed(ConsentError):
    """It was written elsewhere, and whether whom the law asks has decided was not confirmed here."""
