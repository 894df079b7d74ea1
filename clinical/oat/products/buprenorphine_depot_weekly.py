"""Buprenorphine as an injection that lasts for a week."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="buprenorphine-depot-weekly",
    atc="N07BC01",
    agonist=Agonist.BUPRENORPHINE,
    route=Route.SUBCUTANEOUS,
    name=N_("Buprenorphine, weekly depot"),
    interval_days=7,
)
