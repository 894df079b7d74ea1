"""Every interaction and operation of the FHIR API: adding one is adding its file and naming it here."""

from services.exchange import (
    batch,
    conditional_update,
    create,
    delete,
    history,
    metadata,
    patch,
    read,
    search,
    smart_configuration,
    update,
    vread,
)
from services.exchange.catalogue import Catalogue
from services.exchange.operations import everything, expand, validate, validate_code

OFFERED = (
    metadata,
    smart_configuration,
    read,
    vread,
    create,
    update,
    conditional_update,
    patch,
    delete,
    history,
    search,
    batch,
    validate,
    everything,
    expand,
    validate_code,
)


def catalogue() -> Catalogue:
    """What this server offers."""
    return Catalogue(one for module in OFFERED for one in module.INTERACTIONS)
