"""Token parameters: ``code``, ``system|code``, ``|code`` (no system), ``system|`` (any code of it).

http://hl7.org/fhir/R4/search.html#token
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from fhir_store import seal
from fhir_store.errors import BadSearchValue
from fhir_store.search import string
from fhir_store.search.context import Context
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, parts, unescape
from fhir_store.sql import NOTHING, Sql, any_of

TABLE = "index_token"
ORDER = {"code": "text", "system": "text"}

TRUTHS = ("true", "false")


class Columns(NamedTuple):
    """Where a token lies in the rows of the index."""

    system: str = "i.system"
    code: str = "i.code"


OWN = Columns()


Lies = Callable[[str], str]
"""How a code lies in the index."""


def condition(
    values: Sequence[str], context: Context, columns: Columns = OWN, lies: Lies = seal.index_value
) -> Sql:
    """What the index rows of one of the tokens satisfy. Raises BadSearchValue."""
    if len(values) == 1 and "|" not in values[0]:
        return _same(columns.code, [lies(_filled(unescape(values[0])))])
    codes, systems, pairs = [], [], []
    for value in values:
        match parts(value):
            case [code] if code:
                codes.append(code)
            case [system, ""] if system:
                systems.append(system)
            case [system, code] if code:
                pairs.append((system, code))
            case _:
                raise BadSearchValue("Write a token as code, system|code, |code or system|.")
    pieces = [_same(columns.code, [lies(code) for code in codes])] if codes else []
    pieces += [_same(columns.system, [seal.index_value(system) for system in systems])] if systems else []
    pieces += [pairs_condition(pairs, columns, lies)] if pairs else []
    return any_of(pieces)


def pairs_condition(
    pairs: Iterable[tuple[str, str]], columns: Columns = OWN, lies: Lies = seal.index_value
) -> Sql:
    """What the rows of one of the (system, code) pairs satisfy."""
    sealed = [(seal.index_value(system), lies(code)) for system, code in pairs]
    if not sealed:
        return NOTHING
    systems, codes = (list(column) for column in zip(*sealed, strict=True))
    if len(sealed) == 1:
        return Sql(f"{columns.code} = %s AND {columns.system} = %s", (codes[0], systems[0]))
    return Sql(
        # The codes alone are said too, because the index can look for a list of them.
        f"({columns.code} = ANY(%s) AND ({columns.system}, {columns.code}) IN "
        "(SELECT * FROM unnest(%s::text[], %s::text[])))",
        (codes, systems, codes),
    )


def _same(column: str, values: list[str]) -> Sql:
    return Sql(f"{column} = %s", (values[0],)) if len(values) == 1 else Sql(f"{column} = ANY(%s)", (values,))


def parts_of(
    sought: Sought, context: Context, variant: str, conditions: Callable[[Lies], Sql]
) -> list[tuple[Sought, Sql]]:
    """The parameter of the types whose codes lie alike, each with what its rows are to satisfy."""
    open_, blind = sought.apart(variant)
    name = f"{sought.name}:{variant}" if variant else sought.name
    hashed = partial(context.keyring.blind.token, name)
    parts = [(open_, conditions(seal.index_value))] if open_ else []
    return [*parts, *([(blind, conditions(hashed))] if blind else [])]


def found(sought: Sought, context: Context, conditions: Callable[[Lies], Sql], variant: str = "") -> Sql:
    """That ``c`` is among those that have such a token."""
    parts = parts_of(sought, context, variant, conditions)
    return any_of(part.found(TABLE, condition, variant) for part, condition in parts)


def _holds(sought: Sought, context: Context, conditions: Callable[[Lies], Sql]) -> Sql:
    parts = parts_of(sought, context, "", conditions)
    return any_of(part.holds(TABLE, condition) for part, condition in parts)


def _conditions(value: str, context: Context) -> Callable[[Lies], Sql]:
    return lambda lies: condition(alternatives(value), context, lies=lies)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Callable[[Lies], Sql]:
    listed = list(pairs)
    return lambda lies: pairs_condition(listed, lies=lies)


def _filled(code: str) -> str:
    if not code:
        raise BadSearchValue("Write a token as code, system|code, |code or system|.")
    return code


def _not(sought: Sought, value: str, context: Context) -> Sql:
    return ~_holds(sought, context, _conditions(value, context))


def _text(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(string.TABLE, string.condition(alternatives(value), context), "text")


def _of_type(sought: Sought, value: str, context: Context) -> Sql:
    return found(sought, context, _pairs(map(_type_and_value, alternatives(value))), "of-type")


def _type_and_value(value: str) -> tuple[str, str]:
    match parts(value):
        case [system, code, identifier] if code and identifier:
            return f"{system}|{code}", identifier
    raise BadSearchValue("Write :of-type as system|code|value: the type of the identifier, then its value.")


def _in(sought: Sought, value: str, context: Context) -> Sql:
    return found(sought, context, _pairs(_codes(value, context)))


def _not_in(sought: Sought, value: str, context: Context) -> Sql:
    return ~_holds(sought, context, _pairs(_codes(value, context)))


def _codes(value: str, context: Context) -> set[tuple[str, str]]:
    listed: set[tuple[str, str]] = set()
    for reference in alternatives(value):
        codes = context.value_set_codes(unescape(reference))
        if codes is None:
            raise BadSearchValue("That value set is not held here, or its codes cannot be listed.")
        listed.update(codes)
    return listed


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return found(sought, context, _conditions(value, context))


WAYS: Mapping[str, Way] = {
    "": _plain,
    "not": _not,
    "text": _text,
    "of-type": _of_type,
    "in": _in,
    "not-in": _not_in,
}
