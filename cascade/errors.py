"""What can go wrong while counting. Messages say what to do and never carry a value that was read.

CascadeError
├── ContractBroken     a derived table is not what cascade.tables says
├── FileMissing        a file or folder of resources is not there
├── MeasureIncomplete  a module in cascade.measures does not state what it must
├── UnknownMeasure     no module of that name in cascade.measures
├── UnknownZone        not an IANA time zone
├── WeakKey            the key for pseudonyms is too short to protect anyone
└── WrongWindow        the months asked for cannot be counted as civil months
"""


class CascadeError(Exception):
    """Anything the cascade refuses to do."""


class ContractBroken(CascadeError):
    """A derived table has other columns, types or gaps than its contract allows."""


class FileMissing(CascadeError):
    """A file or folder to read resources from does not exist."""


class MeasureIncomplete(CascadeError):
    """A measure does not state its title, source, version or another required sentence."""


class SourcesAlike(CascadeError):
    """The names of two sources do not keep their ids apart."""


class UnknownMeasure(CascadeError):
    """A measure was asked for that no module defines."""


class UnknownZone(CascadeError):
    """The facility time zone is not an IANA name."""


class WeakKey(CascadeError):
    """The pseudonym key is shorter than 16 bytes."""


class WrongWindow(CascadeError):
    """The period does not end with a civil month, or the moment of the data cut has no zone."""
