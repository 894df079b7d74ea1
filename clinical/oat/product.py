"""The medicines of opioid agonist treatment: how each is taken, measured and written. Adding one is a file in ``products/``.

How long a dose lasts and within which days the next may be given are parameters by product (``depot.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from clinical.oat import products as folder
from clinical.oat.shapes import ATC, ATC_OID, ICD_10, OURS, Json, code_in, concept

SYSTEM = f"{OURS}oat-product"
"""Our codes of products: ATC has one code for buprenorphine under the tongue and as a depot."""

ROUTES = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"

DEPENDENCE = "F11.2"
"""Opioid dependence in WHO's ICD-10; it tells morphine for this from morphine for pain."""


class Agonist(StrEnum):
    """The opioid agonist that a product has in it. Two products of one agonist are one medicine to the body."""

    METHADONE = "methadone"
    BUPRENORPHINE = "buprenorphine"
    MORPHINE = "morphine"


class Route(StrEnum):
    """How it is taken, in HL7's codes."""

    ORAL = "PO"
    SUBLINGUAL = "SL"
    SUBCUTANEOUS = "SQ"


@dataclass(frozen=True)
class Product:
    """One product.

    Attributes:
        code: ours.
        atc: WHO's; several products may share one.
        agonist: what works in it.
        route: how it is taken.
        name: for a screen, in English.
        interval_days: from one dose to the next, as the product is made; an order may say otherwise.
        by_volume: whether it is measured in mL out of a container with a concentration. The dose is in mg always.
    """

    code: str
    atc: str
    agonist: Agonist
    route: Route
    name: str
    interval_days: int = 1
    by_volume: bool = False

    @property
    def is_depot(self) -> bool:
        """Whether one dose lasts for more than a day."""
        return self.interval_days > 1


@cache
def products() -> Mapping[str, Product]:
    """Every product by its code, in alphabetical order."""
    found = (import_module(f"{folder.__name__}.{one.name}").PRODUCT for one in iter_modules(folder.__path__))
    return {one.code: one for one in sorted(found, key=lambda product: product.code)}


def medication_of(product: Product) -> dict[str, Any]:
    """The product as a CodeableConcept."""
    return concept((ATC, product.atc), (SYSTEM, product.code))


def route_of(product: Product) -> dict[str, Any]:
    """How it is taken, as a CodeableConcept."""
    return concept((ROUTES, product.route))


def reason_of(product: Product) -> list[dict[str, Any]] | None:
    """``reasonCode``: only what is also given for something else says what it is for."""
    return [concept((ICD_10, DEPENDENCE))] if product.agonist is Agonist.MORPHINE else None


def product_of(resource: Json, interval_days: int = 1) -> Product | None:
    """The product that an order, administration or dispense names; None if it is none of this treatment.

    Args:
        resource: as JSON; others name products by ATC alone.
        interval_days: from this dose to the next, which tells a depot where ATC does not.
    """
    said = resource.get("medicationCodeableConcept", {})
    if named := products().get(code_in(said, SYSTEM) or ""):
        return named
    atc = code_in(said, ATC, ATC_OID)
    sharing = [one for one in products().values() if one.atc == atc and _is_meant(one, resource)]
    return min(sharing, key=lambda one: (abs(one.interval_days - interval_days), one.code), default=None)


def _is_meant(product: Product, resource: Json) -> bool:
    """Morphine is for pain unless the resource says that it is for opioid dependence."""
    if product.agonist is not Agonist.MORPHINE:
        return True
    codes = (code_in(reason, ICD_10) or "" for reason in resource.get("reasonCode", ()))
    return any(code.startswith(DEPENDENCE) for code in codes)
