"""The form on injuries: its three parts, whether it may be signed, and which version of it counts.

A signed form is never changed. Who sees it otherwise signs another version, which says why and leaves the first as it was.
One that was signed in the record of the wrong person is withdrawn: it stays there as an error, with who says so and why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinical.injuries.injury import Injury
from clinical.words import N_


class Statement(StrEnum):
    """What the person says of how it came about."""

    MADE = "made"
    NONE = "none"
    """They say nothing of it."""
    CANNOT = "cannot"


STATEMENTS = {
    Statement.MADE: N_("The person says, in their own words"),
    Statement.NONE: N_("The person does not want to say how it came about"),
    Statement.CANNOT: N_("The person cannot say it now"),
}


class Consistency(StrEnum):
    """How what is found fits what is said, in degrees as the Istanbul Protocol has them."""

    NOT_CONSISTENT = "not-consistent"
    CONSISTENT = "consistent"
    HIGHLY_CONSISTENT = "highly-consistent"
    TYPICAL = "typical"
    DIAGNOSTIC = "diagnostic"
    NO_OPINION = "no-opinion"


CONSISTENCIES = {
    Consistency.NOT_CONSISTENT: N_("Does not fit: it cannot have come about so"),
    Consistency.CONSISTENT: N_("Fits: it can have come about so, and in other ways"),
    Consistency.HIGHLY_CONSISTENT: N_("Fits well: few other causes are possible"),
    Consistency.TYPICAL: N_("Typical of it, though other causes are possible"),
    Consistency.DIAGNOSTIC: N_("It can have come about in no other way"),
    Consistency.NO_OPINION: N_("No opinion can be given: say why"),
}


class Missing(StrEnum):
    """What has to be there before a form is signed."""

    STATEMENT = "statement"
    FINDINGS = "findings"
    OPINION = "opinion"
    REASON = "reason"


@dataclass(frozen=True)
class InjuryForm:
    """A form, signed or not.

    Attributes:
        id: of the QuestionnaireResponse; empty if it is not stored yet.
        patient: the id of the Patient.
        chain: what all versions of one form have in common.
        encounter: the id of the stay or visit; empty: not said.
        statement: whether the person says anything; None: not asked yet.
        words: what they say.
        nothing_found: that somebody looked and found no injury.
        injuries: what was found, in the order of their numbers.
        consistency: how it fits; None: no opinion yet.
        opinion: in words.
        by: the id of the Practitioner who wrote last, of a signed one who signed.
        signed_at: when; None: it is a draft.
        corrects: the id of the version before; empty: it is the first.
        reason: why there is another version.
    """

    patient: str
    chain: str
    id: str = ""
    encounter: str = ""
    statement: Statement | None = None
    words: str = field(default="", repr=False)
    nothing_found: bool = False
    injuries: tuple[Injury, ...] = field(default=(), repr=False)
    consistency: Consistency | None = None
    opinion: str = field(default="", repr=False)
    by: str | None = None
    signed_at: datetime | None = None
    corrects: str = ""
    reason: str = field(default="", repr=False)

    @property
    def is_signed(self) -> bool:
        """Whether nothing in it is changed any more."""
        return self.signed_at is not None


@dataclass(frozen=True)
class Withdrawn:
    """A signed form that turned out to be of another person: nothing of what it tells stands here, only that it was there.

    Attributes:
        id: of the QuestionnaireResponse.
        signed_at: when it was signed.
        signed_by: the id of the Practitioner who signed it.
        by: the id of the Practitioner who withdrew it; None: not said.
        at: when; None: not said.
        why: in words.
    """

    id: str
    signed_at: datetime | None
    signed_by: str | None
    by: str | None
    at: datetime | None
    why: str = field(repr=False)


def missing_of(form: InjuryForm) -> tuple[Missing, ...]:
    """What is missing before it may be signed: each of the three parts, and of another version why."""
    return tuple(part for part, is_there in _parts(form).items() if not is_there)


def _parts(form: InjuryForm) -> dict[Missing, bool]:
    says = form.statement is not None and (form.statement is not Statement.MADE or bool(form.words))
    found = bool(form.injuries) != form.nothing_found
    explained = form.consistency is not Consistency.NO_OPINION or bool(form.opinion)
    return {
        Missing.STATEMENT: says,
        Missing.FINDINGS: found,
        Missing.OPINION: form.consistency is not None and explained,
        Missing.REASON: not form.corrects or bool(form.reason),
    }


def versions(forms: Iterable[InjuryForm]) -> tuple[tuple[InjuryForm, ...], ...]:
    """The signed versions of each form, the newest first; of the forms the one that was begun last first."""
    by_chain: dict[str, list[InjuryForm]] = {}
    for one in forms:
        if one.is_signed:
            by_chain.setdefault(one.chain, []).append(one)
    ordered = [tuple(sorted(found, key=_signed, reverse=True)) for found in by_chain.values()]
    return tuple(sorted(ordered, key=lambda found: _signed(found[-1]), reverse=True))


def _signed(form: InjuryForm) -> tuple[datetime, str]:
    assert form.signed_at is not None, "only signed forms have versions"
    return (form.signed_at, form.id)


def may_withdraw(chain: Iterable[InjuryForm], by: str) -> bool:
    """Whether somebody may say that a form is of another person: who signed every version of it, as nobody takes back what a
    colleague has found.
    """
    signed_by = {one.by for one in chain if one.is_signed}
    return signed_by == {by}


def drafts(forms: Iterable[InjuryForm]) -> tuple[InjuryForm, ...]:
    """Those that nobody has signed yet."""
    return tuple(one for one in forms if not one.is_signed)
