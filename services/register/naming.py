"""What is in a book, in words: products, amounts, batches, and the people who signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import mg_in
from clinical.register.entering import Line
from clinical.register.product import StockProduct, Unit
from clinical.register.stock import BATCH_COLUMNS, ISSUE_COLUMNS, Batch, Issue, issue_in
from fhir_store.keyring import Keyring
from fhir_store.write import raw_cursor
from services.access.auditor.names import facility_name
from services.register.words import FORMS, MEDICINES
from services.shared.formats import amount
from services.shared.languages import N_, ngettext
from services.shared.languages import gettext as _

PEOPLE = text("SELECT id, display_name FROM access.account WHERE id = ANY(:ids)")
BATCHES = text(f"SELECT {BATCH_COLUMNS} FROM clinical.register_batch WHERE id = ANY(:ids)")  # noqa: S608 - our own text
ISSUES = text(f"SELECT {ISSUE_COLUMNS} FROM clinical.register_issue WHERE id = ANY(:ids)")  # noqa: S608 - our own text


def held(found: Decimal, product: StockProduct) -> str:
    """Such as "481 mL, 4,810 mg"."""
    return f"{measured(found, product.unit)}, {amount(mg_in(found, product))} mg"


MORE, LESS = N_("%(amount)s more than the book says"), N_("%(amount)s less than the book says")


@dataclass(frozen=True)
class Names:
    """What lines name by id."""

    people: Mapping[UUID, str]
    batches: Mapping[UUID, Batch]
    issues: Mapping[UUID, Issue]
    sites: Mapping[str, str]


def product_name(product: StockProduct) -> str:
    """Such as "Methadone, oral solution, 10 mg/mL"."""
    said = {
        "medicine": _(MEDICINES.get(product.atc, product.atc)),
        "form": _(FORMS[product.form]),
        "strength": strength(product),
    }
    return _("%(medicine)s, %(form)s, %(strength)s") % said


def strength(product: StockProduct) -> str:
    """Such as "10 mg/mL", or "8 mg" of a piece."""
    mg = amount(product.strength)
    return f"{mg} mg/mL" if product.unit is Unit.ML else f"{mg} mg"


def measured(found: Decimal, unit: Unit) -> str:
    """Such as "6.5 mL", or "28 pieces"."""
    if unit is Unit.ML:
        return f"{amount(found)} mL"
    whole = int(found) if found == int(found) else 2
    return ngettext("%(count)s piece", "%(count)s pieces", abs(whole)) % {"count": amount(found)}


def difference(found: Decimal, unit: Unit) -> str:
    """What there is less what the book says, such as "11 mL less than the book says"; empty if that is nothing."""
    if not found:
        return ""
    words = MORE if found > 0 else LESS
    return _(words) % {"amount": measured(abs(found), unit)}


def as_said(mg: Decimal | None, ml: Decimal | None) -> str:
    """A dose as it was said, whatever the strength, such as "60 mg, 6 mL"; empty if nobody said how much."""
    said = ((mg, "mg"), (ml, "mL"))
    return ", ".join(f"{amount(one)} {unit}" for one, unit in said if one is not None)


def names_for(connection: Connection, keyring: Keyring, lines: Iterable[Line]) -> Names:
    """The names of what lines name."""
    lines = list(lines)
    people = {one for line in lines for one in (line.signed.first, line.signed.second) if one}
    return Names(
        people_named(connection, people),
        batches_named(connection, {line.batch for line in lines}),
        issues_named(connection, {line.issue for line in lines if line.issue}),
        {one: facility_name(raw_cursor(connection), keyring, one) for one in _sites(lines)},
    )


def people_named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Accounts by what their holders are called."""
    return {row.id: row.display_name for row in connection.execute(PEOPLE, {"ids": list(ids)})}


def batches_named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Batch]:
    """Batches by their ids."""
    return {row.id: Batch(*row) for row in connection.execute(BATCHES, {"ids": list(ids)})}


def issues_named(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Issue]:
    """What was issued, by its ids."""
    return {row.id: issue_in(row) for row in connection.execute(ISSUES, {"ids": list(ids)})}


def _sites(lines: Iterable[Line]) -> set[str]:
    return {line.party for line in lines if line.party and line.kind.startswith("transfer")}
