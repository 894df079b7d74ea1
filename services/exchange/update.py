"""update: PUT [base]/[type]/[id], which creates where there is none. http://hl7.org/fhir/R4/http.html#update"""

from sqlalchemy import Connection

from fhir_store.gate import check
from fhir_store.write import Write
from services.exchange.conditions import only_if_absent, version_seen
from services.exchange.identities import id_here, localized
from services.exchange.interaction import Answer, Asked, Interaction
from services.exchange.problems import refuse_other_id
from services.exchange.response import saved_answer
from services.exchange.saving import in_transaction, save_and_follow


def update(asked: Asked) -> Answer:
    """Save a new version under this id; If-Match refuses if somebody wrote meanwhile."""
    asked.require("update")
    asked.refuse_parameters()
    resource = asked.resource()
    refuse_other_id(resource, asked.id)
    check(resource.value)
    write = Write(
        localized(asked, resource),
        id=id_here(asked),
        if_match=version_seen(asked.headers.get("if-match")),
        if_none_match=only_if_absent(asked.headers.get("if-none-match")),
    )

    def work(connection: Connection) -> Answer:
        (saved,) = save_and_follow(connection, asked, [write])
        return saved_answer(asked, saved)

    return in_transaction(asked, work)


INTERACTIONS = (Interaction("update", "PUT", "{type}/{id}", update),)
