"""A page in Chromium as it looks on a tablet by day and on a phone by night, without loading it again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

SIZES = {"tablet": (1024, 768), "phone": (390, 844)}
THEMES = {"day": "light", "night": "dark"}
LOOKS = (("tablet", "day"), ("phone", "night"))
"""Each size and each theme once: what a theme changes is colours, and what a size changes is not."""

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""What was switched is drawn: before, colours are those of either theme."""


def looks(tab: Any) -> Iterator[str]:
    """Show the page that is open in each size and theme; the name of the size. Its colours have to change at once."""
    for size, theme in LOOKS:
        width, height = SIZES[size]
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.emulate_media(color_scheme=THEMES[theme])
        tab.page.evaluate(DRAWN)
        yield size


TOO_WIDE = """html => html.scrollWidth <= html.clientWidth ? [] : [...html.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > html.clientWidth).map(one => one.outerHTML.slice(0, 200))"""


def too_wide(tab: Any) -> list[str]:
    """What has to be pushed sideways to be seen, unless everything fits."""
    found: list[str] = tab.page.locator("html").evaluate(TOO_WIDE)
    return found


def fits_in_every_look(
    tab: Any,
    name: str,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
    too_low: Callable[[Any], list[str]],
) -> None:
    """Axe finds nothing, nothing is cut off, and whatever is pressed is high enough: ``too_low`` finds what is not."""
    for size in looks(tab):
        with subtests.test(name, what="axe", size=size):
            assert axe_finds(tab) == []
        with subtests.test(name, size=size):
            assert too_wide(tab) == []
            assert too_low(tab) == []
