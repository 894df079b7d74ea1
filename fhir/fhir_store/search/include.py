"""``_include`` and ``_revinclude``: which resources come along with the matches.

http://hl7.org/fhir/R4/search.html#include
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fhir_store.definitions import served_types
from fhir_store.errors import UnsupportedParameter
from fhir_store.search.criterion import Types, label
from fhir_store.search.links import by_url, targets_of
from fhir_store.search.parameters import Sought, parameters

ALL = "*"


@dataclass(frozen=True, slots=True)
class Include:
    """References to follow from resources, or ``reverse`` to them.

    ``params`` are the numbers of reference parameters, ``canonical`` of those whose references are canonical.
    ``iterate``: from included resources too, again and again. ``target`` is the only type that is meant, if there is
    one.
    """

    reverse: bool
    iterate: bool
    params: tuple[int, ...]
    canonical: tuple[int, ...]
    target: str | None


Follows = Callable[[str, str], bool]
"""Whether references by a parameter of a type, by its name, may be followed at all."""


def include(
    types: Types, value: str, *, reverse: bool, iterate: bool, follows: Follows = lambda type_, name: True
) -> Include:
    """What one value asks for. Raises UnsupportedParameter."""
    source, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    meant = Include(reverse, iterate, (), (), target or None)
    sources = (
        served_types() if source == ALL and (reverse or iterate) else types if source == ALL else (source,)
    )
    everything = source == ALL or name == ALL
    found = [
        one
        for type_ in sources
        for one in (
            [*_references(type_)] if everything else [_reference(types, type_, name, reverse=reverse)]
        )
        if _reaches(one, types, meant) and follows(type_, one.name)
    ]
    if not found:
        raise _unsupported(types, reverse=reverse)
    return replace(
        meant,
        params=_numbers(one for one in found if not by_url(one)),
        canonical=_numbers(one for one in found if by_url(one)),
    )


def _numbers(found: Iterable[Sought]) -> tuple[int, ...]:
    return tuple(sorted(number for one in found for number in one.numbers()))


def _reference(types: Types, type_: str, name: str, *, reverse: bool) -> Sought:
    sought = parameters((type_,)).get(name) if type_ in served_types() else None
    if sought is None or sought.kind != "reference":
        raise _unsupported(types, reverse=reverse)
    return sought


def _reaches(one: Sought, types: Types, meant: Include) -> bool:
    """Whether following the parameter can ever include anything."""
    targets = targets_of(one)
    if meant.target and meant.target not in targets:
        return False
    if meant.iterate:
        return True
    return any(t in targets for t in types) if meant.reverse else one.types[0] in types


def _references(type_: str) -> Iterator[Sought]:
    return (one for one in parameters((type_,)).values() if one.kind == "reference")


def _unsupported(types: Types, *, reverse: bool) -> UnsupportedParameter:
    return UnsupportedParameter(label(types), revincludes(types) if reverse else includes(types))


def includes(types: Iterable[str]) -> list[str]:
    """The values of ``_include`` for searches of the types."""
    found = sorted(f"{type_}:{one.name}" for type_ in types for one in _references(type_))
    return [ALL, *found] if found else []


def revincludes(types: Iterable[str]) -> list[str]:
    """The values of ``_revinclude`` for searches of the types."""
    wanted = set(types)
    found = sorted(
        f"{type_}:{one.name}"
        for type_ in served_types()
        for one in _references(type_)
        if wanted & set(targets_of(one))
    )
    return [ALL, *found] if found else []
