"""Morphine as a capsule that lasts for a day (slow-release oral morphine)."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="morphine-slow-release",
    atc="N02AA01",
    agonist=Agonist.MORPHINE,
    route=Route.ORAL,
    name=N_("Morphine, slow-release, oral"),
)
