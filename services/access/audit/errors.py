"""What can go wrong in proving the audit log.

AuditError
├── NotCanonical        a value has no canonical bytes
├── SubjectInClear      an event would tell in the clear whom it is about
├── InvalidSalt         a salt is not 32 bytes, is used twice, or there is not one for each subject
├── EventDiffers        a kept event is not the one that was logged
│   ├── NotAnEvent      its bytes are no sealed event
│   ├── LeafDiffers     its bytes do not hash to its leaf
│   └── SubjectDiffers  a kept subject is not the one that was sealed
├── InvalidTree         sizes, indexes or hashes that no tree has
├── BadProof            a proof does not prove what it is shown for
├── InvalidHead         a head that nobody can sign
├── HeadNotUnderstood   a text is no signed head
├── ForeignHead         a head is of another log
└── BadSignature        a head was not signed with the key of this log

Messages say what happened and what to do. None repeats a subject or any other value that was given.
"""


class AuditError(Exception):
    """Something about the audit log cannot be proved."""


class NotCanonical(AuditError):
    """A value has no canonical bytes."""


class SubjectInClear(AuditError):
    """An event would tell in the clear whom it is about."""


class InvalidSalt(AuditError):
    """A salt is not 32 bytes, is used twice, or there is not one for each subject."""


class EventDiffers(AuditError):
    """A kept event is not the one that was logged."""


class NotAnEvent(EventDiffers):
    """The bytes are no sealed event."""


class LeafDiffers(EventDiffers):
    """The bytes do not hash to the leaf."""


class SubjectDiffers(EventDiffers):
    """A kept subject is not the one that was sealed."""


class InvalidTree(AuditError):
    """Sizes, indexes or hashes that no tree has."""


class BadProof(AuditError):
    """A proof does not prove what it is shown for."""


class InvalidHead(AuditError):
    """A head that nobody can sign."""


class HeadNotUnderstood(AuditError):
    """A text is no signed head."""


class ForeignHead(AuditError):
    """A head is of another log."""


class BadSignature(AuditError):
    """A head was not signed with the key of this log."""
