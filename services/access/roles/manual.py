"""``docs/security/roles.md``: every role with what it may do, from the roles' own files.

``python -m services.access.roles.manual`` prints the page.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping

from clinical.labels import Label
from services.access.roles import ROLES, Role
from services.access.roles.rule import EVERY_LABEL, Interaction, Purpose, Relationship, Rule
from services.access.roles.types import CHART, DIRECTORY, DOCUMENTS, MEDICINES, PLACES_AND_STAFF

PREAMBLE = """\
# Roles

Printed by `python -m services.access.roles.manual` from `services/access/roles`, one file a role. A role counts at the
facilities and for the time for which it was granted. It may do what one of its lines allows, and nothing else; a line
allows what fits in all of its columns.

Beside the lines:

- What may not be read is answered like what is not there. What may be read and not changed is refused.
- HIV data of a patient asks for a purpose once per session and patient. A system is not asked: it needs a consent.
- Who may give medicines always sees the safety set of people in care (who it is, allergies, holds, medicines and doses,
  sedatives, pregnancy, warnings), what they may not see of it in a reduced form: "other medicine: ask the prescriber",
  what to do and never why.
- Break-glass opens one record to a clinical role for reading, as if the patient were in care: no more labels than the
  role sees anyway. Never for custody officers and administrators.
- Nobody deletes. A mistake is marked as entered in error.

Labels: HIV; ETH alcohol or drugs, with its parts ETHUD alcohol and OPIOIDUD opioids; PSY mental health; SDV sexual
assault, abuse, violence at home; R restricted (custody, and what nobody can classify); N normal. What has no label is
seen with any line. For disclosure, what has no label counts as R."""

PATIENTS: Mapping[frozenset[Relationship] | None, str] = {
    None: "of nobody",
    frozenset({Relationship.OPEN}): "in care",
    frozenset({Relationship.OPEN, Relationship.CLOSED}): "in care, or was",
    frozenset(Relationship): "any",
}

PURPOSES = {
    Purpose.TREATMENT: "treatment",
    Purpose.EMERGENCY: "emergency",
    Purpose.ADMINISTRATION: "administration",
    Purpose.OVERSIGHT: "oversight",
    Purpose.PUBLIC_HEALTH: "public health",
    Purpose.RESEARCH: "research",
}

GROUPS = {
    "chart": CHART,
    "chart without Encounter": CHART - {"Encounter"},
    "chart without documents": CHART - DOCUMENTS,
    "directory": DIRECTORY,
    "places and staff": PLACES_AND_STAFF,
    "medicines": MEDICINES,
    "documents": DOCUMENTS,
}
"""Groups of types that lines speak of, those that hold others first."""


def manual() -> str:
    """The page."""
    return "\n\n".join([PREAMBLE, *map(_role, ROLES.values()), _groups()]) + "\n"


def _role(role: Role) -> str:
    granted_by = " or ".join(ROLES[code].title for code in ROLES if code in role.granted_by)
    table = ["| may | with | labels | kept by | patient | for |", "|---|---|---|---|---|---|"]
    return "\n".join(
        [
            f"## {role.title}",
            "",
            role.words,
            "",
            f"Granted by: {granted_by}."
            + (" Treats patients." if role.is_clinical else "")
            + (" May give medicines." if role.may_dose else ""),
            "",
            *table,
            *(f"| {' | '.join(_cells(rule))} |" for rule in role.rules),
        ]
    )


def _cells(rule: Rule) -> Iterator[str]:
    yield ", ".join(one.value for one in Interaction if one in rule.may)
    yield _types(rule.on)
    yield _labels(rule.labels)
    yield "own facilities" if rule.own_record else "any"
    yield _patient(rule)
    yield ", ".join(words for purpose, words in PURPOSES.items() if purpose in rule.purpose)


def _patient(rule: Rule) -> str:
    consent = ", and agreed to what goes" if rule.with_consent else ""
    mandate = ", under a mandate with an end" if rule.under_mandate else ""
    return PATIENTS[rule.relationship] + consent + mandate


def _types(types: frozenset[str]) -> str:
    left, named = set(types), []
    for name, group in GROUPS.items():
        if group <= left:
            named.append(name)
            left -= group
    return ", ".join([*named, *sorted(left)])


def _labels(labels: Iterable[Label]) -> str:
    missing = EVERY_LABEL - frozenset(labels)
    if not missing:
        return "any"
    shown = [label.value for label in Label if label in labels]
    return f"any but {', '.join(sorted(missing))}" if len(missing) < len(shown) - 2 else ", ".join(shown)


def _groups() -> str:
    rows = [f"- {name}: {', '.join(sorted(group))}" for name, group in GROUPS.items()]
    return "\n".join(["## Groups of types", "", *rows])


if __name__ == "__main__":
    sys.stdout.write(manual())
