"""Methadone as a solution to drink."""

from clinical.oat.product import Agonist, Product, Route
from clinical.words import N_

PRODUCT = Product(
    code="methadone-oral-solution",
    atc="N07BC02",
    agonist=Agonist.METHADONE,
    route=Route.ORAL,
    name=N_("Methadone, oral solution"),
    by_volume=True,
)
