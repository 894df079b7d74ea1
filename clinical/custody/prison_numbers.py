"""The numbers of a person that a line of custody may mean: those that a prison gave out, and no other number of theirs."""

from collections.abc import Mapping
from typing import Any

from clinical.disclosure.custody import is_prison_number


def prison_numbers(patient: Mapping[str, Any]) -> list[str]:
    """The prison numbers of a Patient that count; where no number says what it is, all that do not.

    A national number, a UIC or a temporary number may read like the prison number of somebody else.
    """
    numbers = [one for one in patient.get("identifier", ()) if "value" in one and one.get("use") != "old"]
    said = [one for one in numbers if is_prison_number(one)]
    unsaid = [one for one in numbers if not one.get("type")]
    return [str(one["value"]) for one in said or unsaid]
