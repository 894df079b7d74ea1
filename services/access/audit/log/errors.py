"""What can go wrong in keeping the audit log. The first is answered with 503; the others are told to who runs it.

Unavailable                  503
└── AuditUnavailable         an event could not be made durable, so what it is about must not be answered
AuditError
├── TreeBroken               what is kept of the tree does not fit its leaves, so nothing is added
└── KeyUnusable              no head can be signed
    ├── KeyLost              the file of the signing key is gone
    └── KeyOfAnotherLog      the file holds another key than the one this log is signed with
"""

from typing import ClassVar

from services.access.audit.errors import AuditError
from services.shared.errors import Unavailable
from services.shared.languages import N_


class AuditUnavailable(Unavailable):
    """An event could not be made durable: what it is about must not be answered."""

    message: ClassVar[str] = N_(
        "What is looked at and done here is logged, and the log cannot be written just now. Try again in a minute."
    )


class TreeBroken(AuditError):
    """What is kept of the tree does not fit its leaves; nothing is added to it."""


class KeyUnusable(AuditError):
    """No head can be signed; the message says why and what to do."""


class KeyLost(KeyUnusable):
    """The file of the signing key is gone."""


class KeyOfAnotherLog(KeyUnusable):
    """The file holds another key than the one this log is signed with."""
