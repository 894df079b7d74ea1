"""Token parameters: ``code``, ``system|code``, ``|code`` (no system), ``system|`` (any code of it).

http://hl7.org/fhir/R4/search.html#token
"""

from collections.abc import Iterable, Mapping, Sequence
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


def condition(values: Sequence[str], context: Context, columns: Columns = OWN) -> Sql:
    """What the index rows of one of the tokens satisfy. Raises BadSearchValue."""
    if len(values) == 1 and "|" not in values[0]:
        return _same(columns.code, [_filled(unescape(values[0]))])
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
    pieces = [_same(columns.code, codes)] if codes else []
    pieces += [_same(columns.system, systems)] if systems else []
    pieces += [pairs_condition(pairs, columns)] if pairs else []
    return any_of(pieces)


def pairs_condition(pairs: Iterable[tuple[str, str]], columns: Columns = OWN) -> Sql:
    """What the rows of one of the (system, code) pairs satisfy."""
    sealed = [(seal.index_value(system), seal.index_value(code)) for system, code in pairs]
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
    sealed = [seal.index_value(value) for value in values]
    return Sql(f"{column} = %s", (sealed[0],)) if len(sealed) == 1 else Sql(f"{column} = ANY(%s)", (sealed,))


def _filled(code: str) -> str:
    if not code:
        raise BadSearchValue("Write a token as code, system|code, |code or system|.")
    return code


def _not(sought: Sought, value: str, context: Context) -> Sql:
    return ~sought.holds(TABLE, condition(alternatives(value), context))


def _text(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(string.TABLE, string.condition(alternatives(value), context), "text")


def _of_type(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, pairs_condition(map(_type_and_value, alternatives(value))), "of-type")


def _type_and_value(value: str) -> tuple[str, str]:
    match parts(value):
        case [system, code, identifier] if code and identifier:
            return f"{system}|{code}", identifier
    raise BadSearchValue("Write :of-type as system|code|value: the type of the identifier, then its value.")


def _in(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, pairs_condition(_codes(value, context)))


def _not_in(sought: Sought, value: str, context: Context) -> Sql:
    return ~sought.holds(TABLE, pairs_condition(_codes(value, context)))


def _codes(value: str, context: Context) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for reference in alternatives(value):
        codes = context.value_set_codes(unescape(reference))
        if codes is None:
            raise BadSearchValue("That value set is not held here, or its codes cannot be listed.")
        found.update(codes)
    return found


def _plain(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, condition(alternatives(value), context))


WAYS: Mapping[str, Way] = {
    "": _plain,
    "not": _not,
    "text": _text,
    "of-type": _of_type,
    "in": _in,
    "not-in": _not_in,
}
