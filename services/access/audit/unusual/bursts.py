"""Stretches of time in which something happens too often."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from services.access.audit.unusual.seen import Seen


def bursts(
    events: Sequence[Seen], within: timedelta, is_too_much: Callable[[Sequence[Seen]], bool]
) -> Iterator[tuple[Seen, ...]]:
    """The events, in order of their time, of each stretch whose every instant lies in a window that is too much.

    Takes time in proportion to the events times those of a window.
    """
    stretch: dict[int, Seen] = {}
    start = 0
    for end, last in enumerate(events):
        while last.at - events[start].at > within:
            start += 1
        window = events[start : end + 1]
        if is_too_much(window):
            if stretch and window[0].seq not in stretch:
                yield tuple(stretch.values())
                stretch = {}
            stretch |= {one.seq: one for one in window}
    if stretch:
        yield tuple(stretch.values())
