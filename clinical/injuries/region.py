"""The regions of the body on the chart, front and back. Left and right are the person's."""

from dataclasses import dataclass
from enum import StrEnum

from clinical.words import N_


class Side(StrEnum):
    """Which of the two figures."""

    FRONT = "front"
    BACK = "back"


SIDES = {Side.FRONT: N_("Front"), Side.BACK: N_("Back")}

WIDTH, HEIGHT = 200, 440
"""Of a figure, in the units of ``x`` and ``y``."""


@dataclass(frozen=True)
class Region:
    """A region, and where its middle is on the figure of its side."""

    code: str
    side: Side
    words: str
    x: int
    y: int


REGIONS = (
    Region("face", Side.FRONT, N_("Face"), 100, 38),
    Region("throat", Side.FRONT, N_("Throat"), 100, 76),
    Region("chest-right", Side.FRONT, N_("Chest, right"), 81, 115),
    Region("chest-left", Side.FRONT, N_("Chest, left"), 119, 115),
    Region("belly", Side.FRONT, N_("Belly"), 100, 168),
    Region("groin", Side.FRONT, N_("Groin and genitals"), 100, 217),
    Region("upper-arm-right", Side.FRONT, N_("Upper arm, right"), 48, 125),
    Region("upper-arm-left", Side.FRONT, N_("Upper arm, left"), 152, 125),
    Region("forearm-right", Side.FRONT, N_("Forearm, right"), 34, 190),
    Region("forearm-left", Side.FRONT, N_("Forearm, left"), 166, 190),
    Region("hand-right", Side.FRONT, N_("Palm, right"), 23, 248),
    Region("hand-left", Side.FRONT, N_("Palm, left"), 177, 248),
    Region("thigh-right", Side.FRONT, N_("Thigh, right"), 79, 268),
    Region("thigh-left", Side.FRONT, N_("Thigh, left"), 121, 268),
    Region("knee-right", Side.FRONT, N_("Knee, right"), 77, 316),
    Region("knee-left", Side.FRONT, N_("Knee, left"), 123, 316),
    Region("shin-right", Side.FRONT, N_("Shin, right"), 76, 366),
    Region("shin-left", Side.FRONT, N_("Shin, left"), 124, 366),
    Region("foot-right", Side.FRONT, N_("Top of the foot, right"), 72, 418),
    Region("foot-left", Side.FRONT, N_("Top of the foot, left"), 128, 418),
    Region("back-of-head", Side.BACK, N_("Back of the head"), 100, 38),
    Region("nape", Side.BACK, N_("Nape"), 100, 76),
    Region("shoulder-left", Side.BACK, N_("Shoulder blade, left"), 81, 115),
    Region("shoulder-right", Side.BACK, N_("Shoulder blade, right"), 119, 115),
    Region("lower-back", Side.BACK, N_("Lower back"), 100, 168),
    Region("buttock-left", Side.BACK, N_("Buttock, left"), 81, 217),
    Region("buttock-right", Side.BACK, N_("Buttock, right"), 119, 217),
    Region("back-of-upper-arm-left", Side.BACK, N_("Back of the upper arm, left"), 48, 125),
    Region("back-of-upper-arm-right", Side.BACK, N_("Back of the upper arm, right"), 152, 125),
    Region("back-of-forearm-left", Side.BACK, N_("Elbow and back of the forearm, left"), 34, 190),
    Region("back-of-forearm-right", Side.BACK, N_("Elbow and back of the forearm, right"), 166, 190),
    Region("back-of-hand-left", Side.BACK, N_("Back of the hand, left"), 23, 248),
    Region("back-of-hand-right", Side.BACK, N_("Back of the hand, right"), 177, 248),
    Region("back-of-thigh-left", Side.BACK, N_("Back of the thigh, left"), 79, 268),
    Region("back-of-thigh-right", Side.BACK, N_("Back of the thigh, right"), 121, 268),
    Region("hollow-of-knee-left", Side.BACK, N_("Hollow of the knee, left"), 77, 316),
    Region("hollow-of-knee-right", Side.BACK, N_("Hollow of the knee, right"), 123, 316),
    Region("calf-left", Side.BACK, N_("Calf, left"), 76, 366),
    Region("calf-right", Side.BACK, N_("Calf, right"), 124, 366),
    Region("sole-left", Side.BACK, N_("Heel and sole, left"), 72, 418),
    Region("sole-right", Side.BACK, N_("Heel and sole, right"), 128, 418),
)

BY_CODE = {one.code: one for one in REGIONS}
