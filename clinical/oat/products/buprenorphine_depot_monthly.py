"""Buprenorphine as an injection that lasts for four weeks."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="buprenorphine-depot-monthly",
    atc="N07BC01",
    agonist=Agonist.BUPRENORPHINE,
    route=Route.SUBCUTANEOUS,
    name=N_("Buprenorphine, monthly depot"),
    interval_days=28,
)
