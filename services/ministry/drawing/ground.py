"""What every figure is drawn with: the sizes of its letters, the plain ground, and the hatching of what is not settled."""

from collections.abc import Iterable
from typing import Any

from services.ministry.drawing.palette import INK, SURFACE

TEXT, SMALL, BIG = 15, 14, 22


def hatched(colour: str, late: Iterable[bool]) -> dict[str, Any]:
    """The marker of bars of a colour: full, or hatched with an outline where ``late``."""
    which = list(late)
    return {
        "color": colour,
        "line": {"color": colour, "width": 1.5},
        "pattern": {
            "shape": ["/" if one else "" for one in which],
            "bgcolor": SURFACE,
            "size": 7,
            "solidity": 0.3,
        },
    }


def plain_layout(height: int) -> dict[str, Any]:
    """The layout that every figure begins with."""
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": TEXT, "color": INK},
        "hovermode": "closest",
        "dragmode": False,
    }
