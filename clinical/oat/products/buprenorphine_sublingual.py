"""Buprenorphine as a tablet under the tongue."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="buprenorphine-sublingual",
    atc="N07BC01",
    agonist=Agonist.BUPRENORPHINE,
    route=Route.SUBLINGUAL,
    name=N_("Buprenorphine, under the tongue"),
)
