"""patch: PATCH [base]/[type]/[id], or [type]?[criteria]. http://hl7.org/fhir/R4/http.html#patch

A JSON Patch (application/json-patch+json, RFC 6902) or a FHIRPath Patch (a Parameters resource).
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from fhir_store import conditional
from fhir_store.errors import NotFound
from fhir_store.gate import check, check_any
from fhir_store.identities import LINK
from fhir_store.json_text import ResourceText, literals, parse
from fhir_store.patching import fhirpath_patched, json_patched
from fhir_store.write import Write
from services.exchange.conditions import version_seen
from services.exchange.identities import id_here, localized
from services.exchange.interaction import Answer, Asked, Interaction, media_type, refuse_other_content
from services.exchange.problems import OtherType, refuse_other_id, refuse_other_type
from services.exchange.response import saved_answer
from services.exchange.saving import in_transaction, save_and_follow

JSON_PATCH = "application/json-patch+json"

Patch = Callable[[ResourceText], ResourceText]

NO_NAMES: Mapping[str, str] = {}

LOCK = "SELECT FROM fhir_store.current_resource WHERE type = %s AND id = %s FOR UPDATE"


def patch(asked: Asked) -> Answer:
    """Change a part of a resource; the result is checked like any resource."""
    asked.require("update")
    asked.refuse_parameters()
    change = patch_in(asked)
    return in_transaction(asked, lambda connection: patched(connection, asked, id_here(asked), change))


def conditional_patch(asked: Asked) -> Answer:
    """Change a part of the one resource that the criteria find."""
    asked.require("update")
    asked.require("search")
    change = patch_in(asked)
    condition = asked.condition()

    def work(connection: Connection) -> Answer:
        inside = asked.within(connection)
        conditional.lock(inside.cursor, [condition])
        there = inside.record.the_match(condition, inside.context)
        if there is None:
            raise NotFound
        return patched(connection, asked, there, change)

    return in_transaction(asked, work)


def patch_in(asked: Asked) -> Patch:
    """The change that the body says. Raises UnsupportedMediaType, OtherType, BadPatch, Refused."""
    kind = media_type(asked.headers.get("content-type", ""))
    if kind == JSON_PATCH:
        return lambda resource: json_patched(resource, asked.body)
    refuse_other_content(asked.headers)
    parameters = parse(asked.body).value
    if parameters.get("resourceType") != "Parameters":
        raise OtherType
    check_any(parameters)
    return lambda resource: fhirpath_patched(resource, parameters)


def patched(connection: Connection, asked: Asked, id_: str, change: Patch) -> Answer:
    """The answer after the change was made to the newest version, which nobody else writes meanwhile."""
    write = patch_write(connection, asked, id_, change)
    (saved,) = save_and_follow(connection, asked, [write])
    return saved_answer(asked, saved)


def patch_write(
    connection: Connection, asked: Asked, id_: str, change: Patch, names: Mapping[str, str] = NO_NAMES
) -> Write:
    """The new version that a change makes, checked; ``names`` says what new references in it mean."""
    inside = asked.within(connection)
    inside.cursor.execute(LOCK, (asked.type, id_))
    newest = parse(inside.record.to_change(asked.type, id_, asked.role_sees).text)
    there = {one: one for one in literals(newest) | literals(newest, LINK)}
    changed = change(newest)
    refuse_other_type(changed, asked.type)
    refuse_other_id(changed, id_)
    result = localized(asked, changed, {**names, **there})
    check(result.value)
    return Write(result, id=id_, if_match=version_seen(asked.headers.get("if-match")))


INTERACTIONS = (
    Interaction("patch", "PATCH", "{type}/{id}", patch),
    Interaction("conditional-patch", "PATCH", "{type}", conditional_patch),
)
