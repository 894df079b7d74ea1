"""A profile's differential as a tree: what it says of each element, with what it says of the elements under it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

ENFORCED = {"id", "path", "min", "max", "type", "binding", "slicing", "sliceName"}
VALUES = ("fixed", "pattern")
ADVICE = {
    "alias",
    "base",
    "code",
    "comment",
    "definition",
    "example",
    "isModifier",
    "isModifierReason",
    "isSummary",
    "label",
    "mapping",
    "meaningWhenMissing",
    "mustSupport",
    "orderMeaning",
    "requirements",
    "short",
}
"""What tells a reader something and refuses nothing."""


class CannotEnforce(Exception):
    """A profile says what the gate has no rule for. The message names the profile's element."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One element of a differential, or one slice of it (``identifier:prison``)."""

    id: str
    says: dict[str, Any] = field(default_factory=dict)
    under: dict[str, "Branch"] = field(default_factory=dict)
    """By name: ``period``, or ``identifier:prison`` for a slice."""

    @property
    def value(self) -> tuple[str, Any] | None:
        """``fixed`` or ``pattern`` with the value that it names."""
        return next(
            ((kind, value) for name, value in self.says.items() for kind in VALUES if name.startswith(kind)),
            None,
        )

    def elements(self) -> Iterator[tuple[str, "Branch", list["Branch"]]]:
        """Each element under this one by its name, with its slices."""
        for name in dict.fromkeys(key.partition(":")[0] for key in self.under):
            slices = [branch for key, branch in self.under.items() if key.startswith(f"{name}:")]
            yield name, self.under.get(name, Branch(f"{self.id}.{name}")), slices


def differential(structure: Json) -> Branch:
    """The tree of a StructureDefinition. Raises CannotEnforce where it says what no rule is made of."""
    root = Branch(structure["type"])
    for element in structure["differential"]["element"]:
        _refuse_unknown(element)
        branch = root
        for name in element["id"].split(".")[1:]:
            branch = branch.under.setdefault(name, Branch(f"{branch.id}.{name}"))
        branch.says.update(element)
    return root


def _refuse_unknown(element: Json) -> None:
    for name in element.keys() - ENFORCED - ADVICE:
        if not name.startswith(VALUES):
            raise CannotEnforce(f"{element['id']}: there is no rule for {name}.")
    # The id tells slices apart, so it has to follow the path.
    if ".".join(name.partition(":")[0] for name in element["id"].split(".")) != element["path"]:
        raise CannotEnforce(f"{element['id']}: the id does not follow the path.")
