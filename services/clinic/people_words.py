"""Who somebody is, as the pages say it."""

from collections.abc import Mapping

from clinical.people.doubt import Doubt
from clinical.people.duplicates import Why
from clinical.people.numbers import NumberKind
from clinical.people.two_people import Taken
from services.shared.languages import N_

DOUBTS: Mapping[Doubt, str] = {
    Doubt.NONE: N_("Known"),
    Doubt.UNKNOWN: N_("Unknown: nobody knows who it is"),
    Doubt.DISPUTED: N_("Disputed: what is said does not fit together"),
}
DOUBT_TAGS: Mapping[Doubt, str] = {
    Doubt.NONE: "",
    Doubt.UNKNOWN: N_("identity unknown"),
    Doubt.DISPUTED: N_("identity disputed"),
}

SEXES: Mapping[str, str] = {
    "male": N_("Male"),
    "female": N_("Female"),
    "other": N_("Other"),
    "unknown": N_("Not known"),
}

NUMBERS: Mapping[NumberKind, str] = {
    NumberKind.PRISON: N_("Prison number"),
    NumberKind.TEMPORARY: N_("Temporary number"),
    NumberKind.UIC: N_("Unique identifier code"),
    NumberKind.NATIONAL: N_("National ID"),
    NumberKind.OTHER: N_("Other number"),
}

WHYS: Mapping[Why, str] = {
    Why.SAME_NUMBER: N_("same number"),
    Why.SAME_NAME: N_("same name"),
    Why.NAME_SOUNDS_ALIKE: N_("name sounds alike"),
    Why.NAME_WITH_A_SLIP: N_("name one letter apart"),
    Why.HALF_THE_NAME: N_("part of the name"),
    Why.SAME_FATHER: N_("same father's name"),
    Why.FATHER_ALIKE: N_("father's name alike"),
    Why.OTHER_FATHER: N_("other father's name"),
    Why.SAME_BIRTH: N_("same date of birth"),
    Why.BIRTH_SWAPPED: N_("day and month of birth swapped"),
    Why.BIRTH_WITH_A_SLIP: N_("date of birth one digit apart"),
    Why.SAME_MONTH_OR_YEAR: N_("date of birth agrees as far as it is known"),
    Why.OTHER_BIRTH: N_("other date of birth"),
    Why.OTHER_SEX: N_("other sex"),
}

TAKEN: Mapping[Taken, str] = {
    Taken.SAME_NAME: N_("Somebody else here has the same name."),
    Taken.SIMILAR_NAME: N_("Somebody else here has a similar name."),
    Taken.SAME_FAMILY_AND_FATHER: N_("Somebody else here has the same family name and father's name."),
    Taken.SAME_FAMILY_AND_YEAR: N_("Somebody else here has the same family name and year of birth."),
}
