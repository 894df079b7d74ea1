"""What can go wrong. Each message is one line: what happened and what to do; it carries no record's value.

EmbeddedPostgresFailed
├── BinariesUnusable
├── HomeUnusable
│   └── HomeOfAnotherUser
├── PrivilegesMissing
├── ClusterUnusable
├── StartFailed
└── StartTookTooLong
"""


class EmbeddedPostgresFailed(Exception):
    """The private PostgreSQL cannot be used."""


class BinariesUnusable(EmbeddedPostgresFailed):
    """PostgreSQL's programs are not installed, or do not run on this machine."""


class HomeUnusable(EmbeddedPostgresFailed):
    """The home folder cannot be made, read or written."""


class HomeOfAnotherUser(HomeUnusable):
    """The home folder was filled by another user of this machine."""


class PrivilegesMissing(EmbeddedPostgresFailed):
    """Root may not hand PostgreSQL to an unprivileged user here."""


class ClusterUnusable(EmbeddedPostgresFailed):
    """The data folder cannot be made, is of another PostgreSQL version, or its passwords are lost."""


class StartFailed(EmbeddedPostgresFailed):
    """PostgreSQL ended while it was starting."""


class StartTookTooLong(EmbeddedPostgresFailed):
    """PostgreSQL did not answer, or did not stop, in the time it was given."""
