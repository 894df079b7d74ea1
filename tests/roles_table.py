"""Reads ``services/access/decision/what_roles_may.md``: the judge of the decisions, which knows nothing of the code that makes them."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = (Path(__file__).parent / "services" / "access" / "decision" / "what_roles_may.md").read_text()

EVERY_LABEL = {"HIV", "ETH", "ETHUD", "OPIOIDUD", "PSY", "SDV", "R", "V", "N"}
LABELS = {
    "all": EVERY_LABEL,
    "all but V": EVERY_LABEL - {"V"},
    "drugs": {"ETH", "ETHUD", "OPIOIDUD", "N"},
    "drugs R": {"ETH", "ETHUD", "OPIOIDUD", "N", "R", "V"},
    "R": {"R", "V", "N"},
    "HIV": {"HIV", "N"},
    "HIV R": {"HIV", "R", "V", "N"},
}
PATIENTS = {
    "in care": {"open"},
    "in care, agreed": {"open"},
    "in care or before, under a mandate": {"open", "closed"},
    "any": {"open", "closed", "none"},
}
PURPOSES = {
    "care": {"TREAT", "ETREAT"},
    "treatment": {"TREAT"},
    "administration": {"HSYSADMIN"},
    "oversight": {"HCOMPL"},
    "public health": {"PUBHLTH"},
    "research": {"HRESCH"},
}


@dataclass(frozen=True)
class Line:
    role: str
    does: frozenset[str]
    types: frozenset[str]
    labels: frozenset[str]
    own: bool
    patient: str
    purposes: frozenset[str]

    def allows(
        self, does: str, type_: str, labels: set[str], own: bool, relationship: str, purpose: str
    ) -> bool:
        return (
            does in self.does
            and type_ in self.types
            and labels <= self.labels
            and (own or not self.own)
            and (self.patient == "none" or relationship in PATIENTS[self.patient])
            and purpose in self.purposes
        )


GROUPS = dict(re.findall(r"^- ([\w ]+): (.+)$", PAGE, re.MULTILINE))


def members(words: str) -> set[str]:
    """The types that words stand for: groups, names of FHIR, and other things between semicolons."""
    found: set[str] = set()
    for part in words.split("; "):
        if part in GROUPS:
            found |= _group(GROUPS[part])
        elif part[0].islower() and part.partition(" ")[0] not in GROUPS:
            found.add(part)
        else:
            for word in part.split():
                found |= _group(GROUPS[word]) if word in GROUPS else {word}
    return found


def _group(words: str) -> set[str]:
    kept, _, less = words.partition(", less ")
    return members(kept) - ({less} if less else set())


def _lines() -> list[Line]:
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    found = []
    for role, rest in rows:
        if role != "role":
            does, types, labels, kept, patient, purpose = rest.split(" | ")
            found.append(
                Line(
                    role,
                    frozenset(does.split()),
                    frozenset(members(types)),
                    frozenset(LABELS[labels]),
                    kept == "own",
                    patient,
                    frozenset(PURPOSES[purpose]),
                )
            )
    return found


LINES = _lines()
"""Every line of the table."""
