"""The decision as a filter: what an actor may find, so that totals, pages, includes and chains leak nothing.

A record is found if one of the sights shows it. ``decide`` permits to search a record exactly if it is so. How the
store turns a sight into SQL is in docs/decisions/0010-labels-and-decision.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from clinical.labels import Label, covered
from services.access.decision.actor import Actor, Held
from services.access.decision.subject import Subject
from services.access.roles.rule import EVERY_LABEL, Interaction, Relationship, Rule


@dataclass(frozen=True)
class Sight:
    """Records that are found; each part narrows it."""

    types: frozenset[str]
    hidden: frozenset[Label]
    """Labels of which the record must have none."""
    kept_by: frozenset[str] | None
    """Organizations of which one must keep the record; None: any."""
    treated_by: frozenset[str] | None
    """Organizations of which one must have treated the patient; None: any, and records of no patient."""
    relationships: frozenset[Relationship]
    """What the closest of those must have to do with the patient."""
    patient: str | None = None
    """The only patient; None: any."""
    hiv_only_of: frozenset[str] | None = None
    """The patients of whom HIV data is found; None: of any."""
    agreed_for: frozenset[str] | None = None
    """Organizations of which the patient must have agreed that one gets what the record is labelled with; None: no
    agreement is needed."""

    def shows(self, subject: Subject) -> bool:
        """Whether a record is found."""
        return (
            subject.type in self.types
            and not subject.labels & self.hidden
            and (self.kept_by is None or subject.facility in self.kept_by)
            and (self.treated_by is None or subject.relationship_with(self.treated_by) in self.relationships)
            and (self.patient is None or subject.patient == self.patient)
            and (
                self.hiv_only_of is None
                or Label.HIV not in subject.labels
                or subject.patient in self.hiv_only_of
            )
            and (self.agreed_for is None or covered(subject.labels, subject.agreed))
        )


def sight_of(actor: Actor) -> tuple[Sight, ...]:
    """All that an actor may find. Empty: nothing."""
    return tuple(_sights(actor))


def _sights(actor: Actor) -> Iterator[Sight]:
    for held in actor.held:
        for rule in held.role.rules:
            if _counts(rule, actor, held):
                yield _by_rule(rule, actor, held)
                if actor.opened is not None and held.role.is_clinical and rule.about_patients:
                    yield from _by_break_glass(rule, held, actor.opened)


def _counts(rule: Rule, actor: Actor, held: Held) -> bool:
    return (
        Interaction.SEARCH in rule.may
        and actor.purpose in rule.purpose
        and (not rule.under_mandate or held.under_mandate)
    )


def _by_rule(rule: Rule, actor: Actor, held: Held) -> Sight:
    asks = rule.about_patients and not rule.with_consent
    return Sight(
        types=rule.on,
        hidden=EVERY_LABEL - rule.labels,
        kept_by=held.facilities if rule.own_record else None,
        treated_by=None if rule.relationship is None else held.facilities,
        relationships=rule.relationship or frozenset(),
        hiv_only_of=actor.purpose_given_for if asks else None,
        agreed_for=held.facilities if rule.with_consent else None,
    )


def _by_break_glass(rule: Rule, held: Held, patient: str) -> Iterator[Sight]:
    if rule.relationship is not None and Relationship.OPEN in rule.relationship:
        yield Sight(
            types=rule.on,
            hidden=EVERY_LABEL - rule.labels,
            kept_by=held.facilities if rule.own_record else None,
            treated_by=None,
            relationships=frozenset(),
            patient=patient,
            agreed_for=held.facilities if rule.with_consent else None,
        )
