"""The account of a run: what was read, used, unmapped and excluded. Counts only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cascade.derive.records import Counted

OLDER_VERSION = "older_version"
NO_VIEW = "no_view"
NOT_A_RESOURCE = "not_a_resource"
LOOKED_UP = "looked_up"


@dataclass(frozen=True)
class AccountLine:
    """How many resources of one type, and of those that are counted by their code of one code, had one outcome.

    Outcomes of every type: `no_view` (a type no view reads), `older_version`, `looked_up` (read to find a
    place, a medicine or a person), `not_a_resource` (the type is then None). Of what a derivation accounts for
    (cascade.derive.records): `used`, `unmapped`, or the reason for leaving it out.
    """

    resource_type: str | None
    system: str | None
    code: str | None
    outcome: str
    resources: int


@dataclass(frozen=True)
class ReadAccount:
    """What became of everything that was read. Counts only; every resource is in exactly one line."""

    lines: tuple[AccountLine, ...]

    def read(self, resource_type: str | None) -> int:
        """Resources of the type that were read; under None, what was not a resource."""
        return sum(line.resources for line in self.lines if line.resource_type == resource_type)

    def outcomes(self, resource_type: str | None) -> Mapping[str, int]:
        """Resources of the type by outcome."""
        total: dict[str, int] = {}
        for line in self.lines:
            if line.resource_type == resource_type:
                total[line.outcome] = total.get(line.outcome, 0) + line.resources
        return total


def account_of(
    read: Mapping[str | None, int], older: Mapping[str, int], accounted: Iterable[Counted]
) -> ReadAccount:
    """The account of a run, from what the source read, what was an older version, and the derivations' outcomes."""
    outcomes = [AccountLine(**vars(one)) for one in accounted]
    explained = Counter(older)
    for one in outcomes:
        explained[one.resource_type or ""] += one.resources
    types = (
        line
        for resource_type, resources in read.items()
        for line in _of_type(resource_type, resources, older, explained)
    )
    return ReadAccount((*types, *outcomes))


def _of_type(
    resource_type: str | None, resources: int, older: Mapping[str, int], explained: Mapping[str, int]
) -> Iterator[AccountLine]:
    if resource_type is None:
        yield AccountLine(None, None, None, NOT_A_RESOURCE, resources)
    elif resource_type not in older:
        yield AccountLine(resource_type, None, None, NO_VIEW, resources)
    else:
        if older[resource_type]:
            yield AccountLine(resource_type, None, None, OLDER_VERSION, older[resource_type])
        if resources > explained[resource_type]:
            yield AccountLine(resource_type, None, None, LOOKED_UP, resources - explained[resource_type])
