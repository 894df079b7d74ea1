"""From what a dose may have been poured, by name and strength: two of one name never look alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from clinical.oat.product import Product, products
from clinical.oat.round.orders import product_of_order
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.oat.round.sheets import SheetRow
from clinical.oat.round.stock import Container, containers_on, keeps_book, slot_named
from clinical.register.cups import cups_for
from clinical.register.product import StockProduct, Unit
from clinical.register.stock import issue_with
from services.clinic.round.as_json import letters_for
from services.shared.formats import amount
from services.shared.languages import N_
from services.shared.languages import gettext as _

MOST_REMEMBERED = 8
"""Medicines of one sheet: there are fewer."""

CUP = N_("Cup %(label)s")


@dataclass(frozen=True)
class PouredFrom:
    """One to choose. ``words``: its name and its strength, as they stand on it. ``cup``: if it is one, poured before."""

    id: UUID
    words: str
    cup: UUID | None = None
    letters: tuple[str, ...] = ()
    """By which the medicines are told that can come from it."""

    @property
    def code(self) -> str:
        """As it is sent."""
        return str(self.cup or self.id)


@dataclass(frozen=True)
class Asked:
    """What is asked of a row of a sheet.

    Attributes:
        choices: what it may have been poured from; one alone is taken by itself.
        chosen: the code of the one that stands there at first; empty: none does.
        not_issued: whether the register has a book of the medicine and nothing that was issued for the day.
    """

    choices: tuple[PouredFrom, ...] = ()
    chosen: str = ""
    not_issued: bool = False

    def named(self, code: str) -> PouredFrom | None:
        """The one of a code."""
        return next((one for one in self.choices if one.code == code), None)


def poured_from(containers: Iterable[Container], product: Product | None) -> tuple[PouredFrom, ...]:
    """Those that serve a product; cups are none, since each is confirmed by itself."""
    return tuple(_one(one) for one in _serving(containers, product))


def of_any_medicine(containers: Iterable[Container]) -> tuple[PouredFrom, ...]:
    """Whatever is out, for what was taken by mistake."""
    return tuple(_one(one) for one in containers if not one.cups)


def asked_of(
    connection: Connection, cursor: psycopg.Cursor, facility: str, row: SheetRow, remembered: str
) -> Asked:
    """What a dose of a sheet may have come from: what was out on its day, also if it was counted back since, and the cup of it.

    ``remembered``: the codes that were chosen on this sheet before, the last first.
    """
    if row.order is None:
        return Asked()
    product = products().get(product_of_order(cursor, row.order) or "")
    cups = _cups(connection, row)
    out = _serving(containers_on(cursor, facility, row.day), product)
    choices = (*cups, *(PouredFrom(one.id, f"{_words(one)} · {_session(one)}") for one in out))
    codes = [one.code for one in choices]
    before = [one for one in remembered.split() if one in codes]
    chosen = [*([cups[0].code] if cups else []), *before, *(codes if len(codes) == 1 else [])]
    not_issued = not choices and product is not None and keeps_book(cursor, facility, product)
    return Asked(choices, chosen[0] if chosen else "", not_issued)


def remembering(code: str, remembered: str) -> str:
    """What is remembered once one was chosen."""
    return " ".join(list(dict.fromkeys([*code.split(), *remembered.split()]))[:MOST_REMEMBERED])


def _cups(connection: Connection, row: SheetRow) -> tuple[PouredFrom, ...]:
    slot = slot_named(row.order or "", row.day, row.part or 1)
    return tuple(
        PouredFrom(one.issue, _(CUP) % {"label": f"{issue_with(connection, one.issue).container}-{one.number}"}, one.id)
        for one in cups_for(connection, row.patient, slot)
        if one.left > 0
    )  # fmt: skip


def _serving(containers: Iterable[Container], product: Product | None) -> list[Container]:
    return [one for one in containers if not one.cups and product is not None and one.serves(product)]


def _one(one: Container) -> PouredFrom:
    return PouredFrom(one.id, _words(one), letters=tuple(letters_for(one)))


def _words(one: Container) -> str:
    return f"{one.name} · {_strength(one.product)}"


def _session(one: Container) -> str:
    return _(SESSION_WORDS.get(one.session, one.session))


def _strength(product: StockProduct) -> str:
    return f"{amount(product.strength)} {'mg/mL' if product.unit is Unit.ML else 'mg'}"
