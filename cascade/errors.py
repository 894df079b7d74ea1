"""What can go wrong while counting. Messages say what to do and never carry a value that was read.

CascadeError
├── CodesUnreadable    a file that says what codes mean does not say it as it must
├── ContractBroken     a derived table is not what cascade.tables says
├── FileMissing        a file or folder of resources is not there
├── MeasureIncomplete  a module in cascade.measures does not state what it must
├── PeriodNotOver      a period had not ended at the data cut
├── SourcesAlike       the names of two sources do not keep their ids apart
├── UnknownDimension   figures cannot be cut by that
├── UnknownMeasure     no module of that name in cascade.measures
├── UnknownProfile     a measure has no reading of that name
├── UnknownZone        not an IANA time zone
├── WeakKey            the key for pseudonyms is too short to protect anyone
└── WrongWindow        the periods asked for are not those of the calendar
"""


class CascadeError(Exception):
    """Anything the cascade refuses to do."""


class CodesUnreadable(CascadeError):
    """A file of code meanings cannot be read, or does not say what it must."""


class ContractBroken(CascadeError):
    """A derived table has other columns, types or gaps than its contract allows."""


class FileBroken(CascadeError):
    """A compressed file to read resources from is damaged, or ends too early."""


class FileMissing(CascadeError):
    """A file or folder to read resources from does not exist."""


class MeasureIncomplete(CascadeError):
    """A measure does not state its title, source, version or another required sentence."""


class PeriodNotOver(CascadeError):
    """A period ends after the data cut: what happens in the rest of it nobody knew."""


class SourcesAlike(CascadeError):
    """The names of two sources do not keep their ids apart."""


class UnknownDimension(CascadeError):
    """Figures were asked for by a dimension that members do not have."""


class UnknownMeasure(CascadeError):
    """A measure was asked for that no module defines."""


class UnknownProfile(CascadeError):
    """A reading was asked for that no measure, or not the one asked for, has."""


class UnknownZone(CascadeError):
    """The facility time zone is not an IANA name."""


class WeakKey(CascadeError):
    """The pseudonym key is shorter than 16 bytes."""


class WrongWindow(CascadeError):
    """A period is not one of the calendar, there are too many, or the data cut has no zone."""
