"""Buprenorphine with naloxone as a tablet or film under the tongue. The dose is that of buprenorphine."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="buprenorphine-naloxone-sublingual",
    atc="N07BC51",
    agonist=Agonist.BUPRENORPHINE,
    route=Route.SUBLINGUAL,
    name=N_("Buprenorphine with naloxone, under the tongue"),
)
