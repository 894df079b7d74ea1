"""A delivery."""

from decimal import Decimal

from sqlalchemy import Connection

from clinical.register.amount import moved
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.product import Form, StockProduct
from clinical.register.receive import Receipt, receive
from services.register.acts.about import about_site
from services.register.acts.act import About, Act, Asked, Input
from services.register.typed import Typed
from services.register.words import FORMS, MEDICINES, choices
from services.shared.languages import N_


def inputs(asked: Asked, about: About) -> tuple[Input, ...]:
    """What stands on the box and on the invoice."""
    return (
        Input("atc", N_("Medicine"), "choice", choices(MEDICINES)),
        Input("form", N_("Form"), "choice", choices(FORMS)),
        Input("strength", N_("Strength"), "amount", unit=N_("mg in one mL, or in one piece")),
        Input("lot", N_("Lot"), hint=N_("As it stands on the box.")),
        Input(
            "expires_on",
            N_("Last day"),
            "date",
            hint=N_("Where the box says a month, it is the last day of that month."),
        ),
        Input("amount", N_("Amount"), "amount", unit=N_("mL, or pieces")),
        Input("supplier", N_("Supplier")),
        Input("invoice", N_("Number of the invoice")),
    )


def enter(connection: Connection, entering: Entering, typed: Typed) -> Entered:
    """Into the safe."""
    receipt = Receipt(
        _product(typed), typed.text("lot"), typed.day("expires_on"), typed.amount("amount"),
        typed.text("supplier"), typed.text("invoice"),
    )  # fmt: skip
    return receive(connection, entering, receipt)


def _product(typed: Typed) -> StockProduct:
    mg: Decimal = moved(typed.amount("strength"))
    return StockProduct(typed.one_of("atc", MEDICINES), typed.word("form", Form), mg)


ACT = Act(
    "receive",
    N_("Receive a delivery"),
    N_("What a supplier delivers goes into the safe. The first delivery of a medicine opens its book."),
    Kind.RECEIVE,
    about_site,
    inputs,
    enter,
)
