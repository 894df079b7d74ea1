"""How high what can be pressed is drawn."""

from typing import Any

TARGET = 44
"""Pixels of a page that a finger hits."""

HEIGHTS = """main => [...main.querySelectorAll(
  'button, input:not([type=hidden]):not(.tick *), .tick, select, a.button, summary'
)].map((one) => [one.outerHTML, one.getBoundingClientRect().height])"""


def too_low(tab: Any, heights: str = HEIGHTS, least: int = TARGET) -> list[str]:
    """What is drawn lower than a finger needs; ``heights`` finds what is pressed."""
    boxes = tab.page.locator("main").evaluate(heights)
    return [html for html, height in boxes if height < least]
