"""Where a page ended, so that the next begins behind it, whatever was written meanwhile."""

from dataclasses import dataclass

from fhir_store.errors import BadSearchValue


@dataclass(frozen=True, slots=True)
class Position:
    """The last resource shown: what it was sorted by, None for what it lacked, and its key."""

    values: tuple[str | None, ...]
    key: int

    def to_json(self) -> list[str | int | None]:
        return [self.key, *self.values]

    @staticmethod
    def from_json(written: object) -> "Position":
        """The position that was written. Raises BadSearchValue."""
        match written:
            case [int(key), *rest]:
                values = [value for value in rest if value is None or isinstance(value, str)]
                if len(values) == len(rest):
                    return Position(tuple(values), key)
        raise BadSearchValue("That is not the position of a page. Follow the next link of a page as it is.")
