"""What was made out before and cannot be otherwise, so that it need not be made out again."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Known = TypeVar("Known")


class Remembered(Generic[Key, Known]):
    """The last ``most`` things that were made out, by what they were made of. Threads share one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Key, Known] = OrderedDict()
        self._lock = Lock()

    def of(self, keys: Iterable[Key]) -> dict[Key, Known]:
        """Those that are remembered."""
        with self._lock:
            return {key: self._known[key] for key in keys if key in self._known}

    def add(self, found: Mapping[Key, Known]) -> None:
        """Remember these; the oldest are forgotten first."""
        with self._lock:
            self._known.update(found)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
