"""Whether indexes come as 0, 1, 2 and so on, and if not, what is wrong first. In constant memory."""

from services.access.audit.report import Finding, Kind, Span


class IndexOrder:
    """The indexes seen so far. After the first break only that one is followed up."""

    def __init__(self) -> None:
        self.highest = -1
        self._expected = 0
        self._kind: Kind | None = None
        self._at = 0
        # Of what came after a missing entry, the lowest.
        self._next = 0

    @property
    def unbroken(self) -> bool:
        """Whether every index so far was the next one."""
        return self._kind is None

    def see(self, index: int) -> None:
        """Take the next index."""
        self.highest = max(self.highest, index)
        if self._kind is Kind.GAP:
            self._after_gap(index)
        elif self._kind is None and index == self._expected:
            self._expected += 1
        elif self._kind is None:
            self._break(index)

    def finding(self) -> Finding | None:
        """What is wrong first; final only when every index was seen, since a missing one may still come."""
        if self._kind is None:
            return None
        return Finding(self._kind, self._message(self._kind), Span(self._at, self._at + 1))

    def _break(self, index: int) -> None:
        if index > self._expected:
            self._kind, self._at, self._next = Kind.GAP, self._expected, index
        elif index >= 0:
            # Up to here every index came once, so this one did.
            self._kind, self._at = Kind.DUPLICATE, index
        else:
            self._kind, self._at = Kind.INVALID_INDEX, self._expected

    def _after_gap(self, index: int) -> None:
        if index == self._at:
            self._kind = Kind.REORDERED
        elif index > self._at:
            self._next = min(self._next, index)

    def _message(self, kind: Kind) -> str:
        return {
            Kind.GAP: f"All from entry {self._at} to entry {self._next - 1} is missing. Look for it in a backup.",
            Kind.DUPLICATE: f"Entry {self._at} is there twice. Compare both with a backup.",
            Kind.REORDERED: f"Entry {self._at} comes after later ones. Compare their order with a backup.",
            Kind.INVALID_INDEX: f"Where entry {self._at} should be, the index is below 0. Compare with a backup.",
        }[kind]
