"""One injury: where, of what kind, how large, of what colour."""

from dataclasses import dataclass, field
from enum import StrEnum

from clinical.words import N_


class Kind(StrEnum):
    """What it is."""

    BRUISE = "bruise"
    SWELLING = "swelling"
    ABRASION = "abrasion"
    CUT = "cut"
    TORN_WOUND = "torn-wound"
    PUNCTURE = "puncture"
    BURN = "burn"
    BITE = "bite"
    FRACTURE = "fracture"
    SCAR = "scar"
    TENDER = "tender"
    OTHER = "other"


KINDS = {
    Kind.BRUISE: N_("Bruise"),
    Kind.SWELLING: N_("Swelling"),
    Kind.ABRASION: N_("Graze or scratch"),
    Kind.CUT: N_("Cut"),
    Kind.TORN_WOUND: N_("Torn or crushed wound"),
    Kind.PUNCTURE: N_("Stab or puncture"),
    Kind.BURN: N_("Burn or scald"),
    Kind.BITE: N_("Bite"),
    Kind.FRACTURE: N_("Broken bone, found or suspected"),
    Kind.SCAR: N_("Scar"),
    Kind.TENDER: N_("Tender, nothing to be seen"),
    Kind.OTHER: N_("Another kind: describe it"),
}


class Colour(StrEnum):
    """What colour it has."""

    RED = "red"
    PURPLE = "purple"
    BLUE = "blue"
    BLACK = "black"
    GREEN = "green"
    YELLOW = "yellow"
    BROWN = "brown"
    PALE = "pale"


COLOURS = {
    Colour.RED: N_("Red"),
    Colour.PURPLE: N_("Purple"),
    Colour.BLUE: N_("Blue"),
    Colour.BLACK: N_("Black"),
    Colour.GREEN: N_("Green"),
    Colour.YELLOW: N_("Yellow"),
    Colour.BROWN: N_("Brown"),
    Colour.PALE: N_("Pale"),
}


@dataclass(frozen=True)
class Injury:
    """One injury.

    Attributes:
        region: the code of a region of the chart; empty: it stands in ``note`` where it is.
        kind: what it is.
        length_mm: its longest measure; None: not measured.
        width_mm: across it; None: not measured.
        colours: of it.
        note: shape, edges, depth, in words.
        photo: the id of a Binary; empty: none was taken.
    """

    region: str
    kind: Kind
    length_mm: int | None = None
    width_mm: int | None = None
    colours: tuple[Colour, ...] = ()
    note: str = field(default="", repr=False)
    photo: str = ""
