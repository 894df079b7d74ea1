"""What the checks found, as a page says it: by whose number, whether anybody approved that, and without a cause that is hidden."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clinical.oat.issue import SEVERITY_WORDS, Issue, Severity
from clinical.protocols import Protocol, Status
from clinical.words import Sentence
from services.clinic.orders.here import Here
from services.clinic.sentences import said
from services.shared.languages import N_

INTERACTION = "interaction-"

ANOTHER = {
    True: N_("Another medicine in the record: %(effect)s, from %(first)s to %(last)s"),
    False: N_("Another medicine in the record: %(effect)s, as long as both are taken"),
}
"""By whether it has days. What else somebody takes is said only to whom the record shows it."""


@dataclass(frozen=True)
class SourceLine:
    """A number behind an issue: where it is from, and whether anybody approved it."""

    source: str
    proposed: bool


@dataclass(frozen=True)
class IssueLine:
    """One thing to weigh. ``severity`` waits for its translation, ``says`` does not."""

    severity: str
    serious: bool
    says: str
    sources: tuple[SourceLine, ...]
    needs_reason: bool
    needs_second: bool
    not_set: bool
    hidden: bool
    """Whether what is behind it is not shown to the reader."""


def issue_lines(here: Here, issues: Iterable[Issue], causes: Collection[str]) -> tuple[IssueLine, ...]:
    """The lines; ``causes``: references to what the reader sees of the person's other medicines."""
    return tuple(_line(here, issue, causes) for issue in issues)


def _line(here: Here, issue: Issue, causes: Collection[str]) -> IssueLine:
    hidden = issue.code.startswith(INTERACTION) and not set(issue.evidence) <= set(causes)
    return IssueLine(
        SEVERITY_WORDS[issue.severity],
        issue.severity is Severity.HIGH,
        said(without_cause(issue.says) if hidden else issue.says, here.asking.zone),
        () if hidden else tuple(_sources(issue, here.law)),
        issue.needs_reason,
        issue.needs_second,
        bool(issue.not_set),
        hidden,
    )


def without_cause(sentence: Sentence) -> Sentence:
    """What comes of it, and when; not of what."""
    values = {name: value for name, value in sentence.values.items() if name != "partner"}
    return Sentence(ANOTHER["first" in values], values)


def _sources(issue: Issue, law: Protocol) -> Iterable[SourceLine]:
    """Where a number of the protocol is from; a source of our own tables is proposed until a clinician approves it."""
    found = (law.parameters[name] for name in issue.by if name in law.parameters)
    yield from dict.fromkeys(SourceLine(one.source, one.status is not Status.APPROVED) for one in found)
    if issue.source:
        yield SourceLine(issue.source, True)
