"""$expand: the codes of a value set. http://hl7.org/fhir/R4/valueset-operation-expand.html"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fhir_store.json_text import parse
from fhir_store.terminology import expansion_asked, expansion_resource
from fhir_store.write import instant
from services.exchange.identities import id_here
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.operations.questions import Given, given
from services.exchange.problems import BadRequest


def expand(asked: Asked) -> Answer:
    """List the codes of a value set that is named by its url, or sent."""
    asked.require("read")
    wanted = given(asked)
    return _expanded(asked, _value_set(asked, wanted), wanted)


def expand_by_post(asked: Asked) -> Answer:
    """The same with the parameters in a Parameters resource."""
    return expand(asked)


def expand_stored(asked: Asked) -> Answer:
    """List the codes of a value set that is stored."""
    asked.require("read")
    stored = asked.record.terminology_resource(asked.type, id_here(asked))
    return _expanded(asked, parse(stored.text).value, given(asked))


def _value_set(asked: Asked, wanted: Given) -> Mapping[str, Any]:
    sent, url = wanted.pop("valueSet", None), wanted.pop("url", None)
    version = wanted.pop("valueSetVersion", None)
    if isinstance(sent, Mapping) and url is None:
        return sent
    if not isinstance(url, str) or sent is not None:
        raise BadRequest("Name the value set by its url, or send it as valueSet.")
    canonical = f"{url}|{version}" if version else url
    return asked.record.terminology.value_set(canonical)


def _expanded(asked: Asked, value_set: Mapping[str, Any], wanted: Given) -> Answer:
    texts = [(name, str(value)) for name, value in wanted.items()]
    resource = expansion_resource(
        asked.record.terminology,
        value_set,
        expansion_asked(texts),
        identifier=f"urn:uuid:{uuid4()}",
        timestamp=instant(datetime.now(UTC)),
    )
    return Answer(200, asked.record.composed(resource), events=())


ONLY = ("ValueSet",)
INTERACTIONS = (
    Interaction("$expand", "GET", "{type}/$expand", expand, types=ONLY),
    Interaction("$expand", "POST", "{type}/$expand", expand_by_post, types=ONLY),
    Interaction("$expand", "GET", "{type}/{id}/$expand", expand_stored, types=ONLY),
)
