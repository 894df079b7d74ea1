"""One line of what a role may do: interactions x resource types x labels x whose record x whose patient x purpose."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from clinical.labels import Label


class Interaction(StrEnum):
    """What is done. A version and a history are read; a patch is an update; what an include brings is searched."""

    READ = "read"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Relationship(StrEnum):
    """What the facilities of a role's holder have to do with a patient (``decision.relationship``)."""

    OPEN = "open"
    CLOSED = "closed"
    """They treated the patient, and that is over."""
    NONE = "none"


class Purpose(StrEnum):
    """What for, as HL7's ActReason writes it."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    ADMINISTRATION = "HSYSADMIN"
    OVERSIGHT = "HCOMPL"
    """Auditors, and inspectors under their mandate."""
    PUBLIC_HEALTH = "PUBHLTH"
    RESEARCH = "HRESCH"


@dataclass(frozen=True)
class Rule:
    """What is allowed; a role may do what one of its rules allows, and nothing else.

    Attributes:
        may: the interactions.
        on: resource types of FHIR, or things of this product that are no resource, in lower case.
        labels: the only labels that the resource may have; without any label it is always in.
        own_record: whether the record must be kept by a facility for which the role was granted.
        relationship: what the facilities must have to do with the patient; None where no patient is concerned.
        purpose: what for.
        with_consent: whether it leaves the house: only what the patient agreed to give this recipient.
        under_mandate: whether the role must have been granted under a mandate with an end.
    """

    may: frozenset[Interaction]
    on: frozenset[str]
    labels: frozenset[Label]
    own_record: bool
    relationship: frozenset[Relationship] | None
    purpose: frozenset[Purpose]
    with_consent: bool = False
    under_mandate: bool = False

    @property
    def about_patients(self) -> bool:
        """Whether it is about records of patients."""
        return self.relationship is not None


READING = frozenset({Interaction.READ, Interaction.SEARCH})
WRITING = frozenset({Interaction.CREATE, Interaction.UPDATE})
CREATING = frozenset({Interaction.CREATE})
UPDATING = frozenset({Interaction.UPDATE})

CARE = frozenset({Purpose.TREATMENT, Purpose.EMERGENCY})
IN_CARE = frozenset({Relationship.OPEN})
ANYBODY = frozenset(Relationship)

EVERY_LABEL = frozenset(Label)


def in_care(may: AbstractSet[Interaction], on: Iterable[str], labels: Iterable[Label]) -> Rule:
    """For people whom the facilities treat: read whoever wrote it, write in the name of an own facility."""
    return Rule(
        may=frozenset(may),
        on=frozenset(on),
        labels=frozenset(labels) | {Label.N},
        own_record=not may <= READING,
        relationship=IN_CARE,
        purpose=CARE,
    )


def whoever_keeps_it(may: AbstractSet[Interaction], on: Iterable[str], labels: Iterable[Label]) -> Rule:
    """For people whom the facilities treat: who somebody is moves with them, whichever facility wrote it first."""
    return Rule(
        may=frozenset(may),
        on=frozenset(on),
        labels=frozenset(labels) | {Label.N},
        own_record=False,
        relationship=IN_CARE,
        purpose=CARE,
    )


def arrival(on: Iterable[str], labels: Iterable[Label]) -> Rule:
    """For somebody whom the facilities do not treat yet: what begins the treatment relationship."""
    return Rule(
        may=CREATING,
        on=frozenset(on),
        labels=frozenset(labels) | {Label.N},
        own_record=True,
        relationship=ANYBODY,
        purpose=CARE,
    )


def after_the_fact(on: Iterable[str], labels: Iterable[Label]) -> Rule:
    """For what happened to whoever it happened to: a dose that was swallowed is recorded, whomever the facilities treat."""
    return arrival(on, labels)


def of_nobody(
    may: AbstractSet[Interaction],
    on: Iterable[str],
    purpose: Iterable[Purpose],
    *,
    own: bool = False,
    labels: frozenset[Label] = EVERY_LABEL,
) -> Rule:
    """For what is about no patient: places, staff, medicines, forms, figures; ``own``: only of own facilities."""
    return Rule(
        may=frozenset(may),
        on=frozenset(on),
        labels=labels,
        own_record=own,
        relationship=None,
        purpose=frozenset(purpose),
    )
