"""The body chart: two figures, drawn once for the page and for the paper, with the numbers of the injuries on them."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinical.injuries.injury import Injury
from clinical.injuries.region import BY_CODE, HEIGHT, WIDTH, Side

FIGURE = """\
<ellipse cx="100" cy="38" rx="25" ry="31"/>
<path d="M88 62h24v22H88z"/>
<path d="M64 96Q66 84 88 82h24q22 2 24 14l-2 64 2 62H64l2-62z"/>
<path d="M66 90Q50 92 46 112L34 176 20 240 10 262l14 8 12-24 20-62 14-62z"/>
<path d="M134 90q16 2 20 22l12 64 14 64 10 22-14 8-12-24-20-62-14-62z"/>
<path d="M64 220h34l-3 92-4 90 2 20-32 2 5-24-3-92z"/>
<path d="M136 220h-34l3 92 4 90-2 20 32 2-5-24 3-92z"/>
"""
"""The outline of a person, in the units of the chart."""

SPINE = '<path class="spine" d="M100 92v124"/>'
FACE = '<path class="spine" d="M90 34h5M105 34h5M94 50h12"/>'


@dataclass(frozen=True)
class Mark:
    """A number on a figure."""

    number: str
    x: int
    y: int


def marks(injuries: Iterable[Injury], side: Side) -> tuple[Mark, ...]:
    """The numbers that stand on one of the figures; several in one region stand together."""
    numbers: dict[str, list[str]] = {}
    for nth, one in enumerate(injuries, start=1):
        if one.region in BY_CODE and BY_CODE[one.region].side is side:
            numbers.setdefault(one.region, []).append(str(nth))
    return tuple(Mark(",".join(found), BY_CODE[code].x, BY_CODE[code].y) for code, found in numbers.items())


def drawn(side: Side) -> str:
    """The lines of a figure. It is filled once more over its lines, so that no limb is cut off."""
    inner = FACE if side is Side.FRONT else SPINE
    return f'<g class="body-line">{FIGURE}</g><g class="body-fill" stroke="none">{FIGURE}</g>{inner}'


def on_paper(injuries: Iterable[Injury], side: Side) -> str:
    """A figure with its numbers as an image of its own, black on white."""
    numbers = "".join(
        f'<circle cx="{one.x}" cy="{one.y}" r="10" fill="black"/>'
        f'<text x="{one.x}" y="{one.y + 4}" font-family="Libertinus Serif" font-size="{11 if len(one.number) < 3 else 8}"'
        f' text-anchor="middle" fill="white">{one.number}</text>'
        for one in marks(injuries, side)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g fill="white" stroke="black" stroke-width="3">{drawn(side)}</g>{numbers}</svg>'
    )
