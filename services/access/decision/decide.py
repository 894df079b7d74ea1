"""The decision: a role may do what one of its rules allows. What no rule allows is denied, or not even there."""

from collections.abc import Iterator

from clinical.labels import Label, covered
from services.access.decision.actor import Actor, Held
from services.access.decision.answer import DENIED, HIDDEN, Decision, Obligation, Outcome
from services.access.decision.subject import Subject
from services.access.roles.rule import CARE, IN_CARE, READING, Interaction, Relationship, Rule


def decide(actor: Actor, interaction: Interaction, subject: Subject) -> Decision:
    """Whether the actor may do the interaction with the subject, and what that obliges to."""
    allowed = list(_allowing(actor, interaction, subject))
    if not allowed:
        return _safety_set(actor, interaction, subject) or _refusal(actor, interaction, subject)
    if all(_asks_purpose(actor, interaction, subject, rule) for rule in allowed):
        return _until_purpose_is_given(actor, interaction, subject)
    return _permitted(*_of_break_glass(actor, interaction, subject))


def _allowing(actor: Actor, interaction: Interaction, subject: Subject) -> Iterator[Rule]:
    for held in actor.held:
        for rule in held.role.rules_for(interaction, subject.type):
            if _allows(rule, actor, held, interaction, subject):
                yield rule


def _allows(rule: Rule, actor: Actor, held: Held, interaction: Interaction, subject: Subject) -> bool:
    return (
        subject.labels <= rule.labels
        and actor.purpose in rule.purpose
        and (not rule.own_record or subject.facility in held.facilities)
        and (
            rule.relationship is None or _relationship(actor, held, interaction, subject) in rule.relationship
        )
        and (not rule.with_consent or covered(subject.labels, subject.agreed))
        and (not rule.under_mandate or held.under_mandate)
    )


def _relationship(actor: Actor, held: Held, interaction: Interaction, subject: Subject) -> Relationship:
    """Break-glass opens the relationship for reading, of the one record, to whoever treats."""
    if interaction in READING and held.role.is_clinical and _is_opened(actor, subject):
        return Relationship.OPEN
    return subject.relationship_with(held.facilities)


def _is_opened(actor: Actor, subject: Subject) -> bool:
    return subject.patient is not None and subject.patient == actor.opened


def _of_break_glass(actor: Actor, interaction: Interaction, subject: Subject) -> list[Obligation]:
    """Whatever is read of a record that stands open is read by break-glass."""
    by_it = interaction in READING and _is_opened(actor, subject)
    return [Obligation.RECORD_BREAK_GLASS] if by_it else []


def _asks_purpose(actor: Actor, interaction: Interaction, subject: Subject, rule: Rule) -> bool:
    """HIV data of a patient asks for a purpose once in a session. Not of a system, nor in an emergency, nor to write anew."""
    return (
        Label.HIV in subject.labels
        and rule.about_patients
        and not rule.with_consent
        and interaction is not Interaction.CREATE
        and not _is_opened(actor, subject)
        and subject.patient not in actor.purpose_given_for
    )


def _until_purpose_is_given(actor: Actor, interaction: Interaction, subject: Subject) -> Decision:
    safe = _safety_set(actor, interaction, subject) or DENIED
    return Decision(safe.outcome, safe.obligations | {Obligation.ASK_PURPOSE})


def _safety_set(actor: Actor, interaction: Interaction, subject: Subject) -> Decision | None:
    """Whoever may dose always sees the safety set of who is in their care, in its reduced form. No search finds it."""
    if interaction is not Interaction.READ or subject.safety is None or actor.purpose not in CARE:
        return None
    dosing = [held for held in actor.held if held.role.may_dose]
    if any(_relationship(actor, held, interaction, subject) in IN_CARE for held in dosing):
        return _permitted(Obligation.SAFETY_SET_ONLY, *_of_break_glass(actor, interaction, subject))
    return None


def _refusal(actor: Actor, interaction: Interaction, subject: Subject) -> Decision:
    """What may be read is denied, what may not is hidden. A create names what is not there yet: only its type counts."""
    if interaction in READING:
        return HIDDEN
    if interaction is Interaction.CREATE:
        return DENIED if _reads_the_type(actor, subject.type) else HIDDEN
    read = decide(actor, Interaction.READ, subject)
    return HIDDEN if read.outcome is Outcome.HIDDEN else DENIED


def _reads_the_type(actor: Actor, type_: str) -> bool:
    return any(
        type_ in rule.on and Interaction.READ in rule.may for held in actor.held for rule in held.role.rules
    )


def _permitted(*obligations: Obligation) -> Decision:
    return Decision(Outcome.PERMITTED, frozenset(obligations))
