"""What is weighed before an order is signed, one file each: adding one is adding a file with ``check(proposal, protocol)``.

Nothing here forbids. A prescriber may sign in spite of an issue: with a reason where it says so, and with a second prescriber
where the protocol says so. All is stored as DetectedIssue (``issue_resource.py``).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol

Check = Callable[[Proposal, Protocol], Iterator[Issue]]

SECOND = "oat.second-prescriber"
"""By the code of an issue, whether a second prescriber signs. Not set: of what is serious."""


@cache
def checks() -> tuple[Check, ...]:
    """Every check, by the name of its file."""
    return tuple(import_module(f"{__name__}.{one.name}").check for one in iter_modules(__path__))


def issues_of(proposal: Proposal, protocol: Protocol) -> tuple[Issue, ...]:
    """All that is to be weighed before an order is signed, the most serious first.

    Raises:
        BadProtocol: a parameter is of the wrong kind.
    """
    found = (issue for check in checks() for issue in check(proposal, protocol))
    asked = [asked_for(issue, protocol) for issue in found]
    return tuple(sorted(asked, key=lambda issue: (list(Severity).index(issue.severity), issue.code)))


def asked_for(issue: Issue, protocol: Protocol) -> Issue:
    """The issue with what signing it asks for. Raises BadProtocol."""
    name = f"{SECOND}.{issue.code}"
    set_to = protocol.yes_or_no(name)
    is_serious = issue.severity is Severity.HIGH
    return replace(
        issue,
        needs_reason=issue.severity is not Severity.LOW,
        needs_second=is_serious if set_to is None else set_to,
        not_set=issue.not_set if set_to is not None or not is_serious else (*issue.not_set, name),
    )
