"""What a form is about: a site, a book, a batch, a container, a line, a cup, a discrepancy."""

from clinical.oat.round.session import WORDS as SESSIONS
from clinical.register.correction import line_with
from clinical.register.cups import cup_with
from clinical.register.discrepancy import discrepancy_with
from clinical.register.product import StockProduct
from clinical.register.stock import Batch, Book, Issue, batch_with, book_with, issue_with
from fhir_store.write import raw_cursor
from services.access.auditor.names import facility_name
from services.register.acts.act import About, Asked, Fact
from services.register.naming import difference, measured, product_name
from services.register.words import FOUND_BY, KINDS
from services.shared.formats import day
from services.shared.languages import N_
from services.shared.languages import gettext as _

SITE, MEDICINE, LOT, LAST_DAY, CONTAINER, ROUND, LINE, FOUND = (
    N_("Site"),
    N_("Medicine"),
    N_("Lot"),
    N_("Last day"),
    N_("Container"),
    N_("Round"),
    N_("Line"),
    N_("Found by"),
)
NUMBERED = N_("%(number)d: %(what)s, %(amount)s")


def about_site(asked: Asked) -> About:
    """A site, and nothing else yet."""
    site = asked.keeper.site(asked.typed.fields.get("site", ""))
    return About(site, (Fact(SITE, _site_name(asked, site)),), {"site": site})


def about_book(asked: Asked) -> About:
    """A book of one product."""
    book = book_with(asked.connection, asked.typed.id("book"))
    return _of_book(asked, book, {"book": str(book.id)})


def about_batch(asked: Asked) -> About:
    """A batch in the safe."""
    batch = batch_with(asked.connection, asked.typed.id("batch"))
    book = book_with(asked.connection, batch.book)
    return _of_book(asked, book, {"batch": str(batch.id)}, *_batch_facts(batch))


def about_issue(asked: Asked) -> About:
    """What is out on a round."""
    issue = issue_with(asked.connection, asked.typed.id("issue"))
    book = book_with(asked.connection, issue.book)
    batch = batch_with(asked.connection, issue.batch)
    return _of_book(asked, book, {"issue": str(issue.id)}, *_batch_facts(batch), *issue_facts(issue))


def about_cup(asked: Asked) -> About:
    """A cup on the tray, by its label: whose it is stands on no page of the register."""
    cup = cup_with(asked.connection, asked.typed.id("cup"))
    issue = issue_with(asked.connection, cup.issue)
    book = book_with(asked.connection, issue.book)
    facts = (
        Fact(N_("Cup"), f"{issue.container}-{cup.number}"),
        Fact(N_("In it"), measured(cup.left, book.product.unit)),
    )
    return _of_book(asked, book, {"cup": str(cup.id)}, *facts, *issue_facts(issue)[1:])


def about_line(asked: Asked) -> About:
    """A line of a book."""
    number = asked.typed.number("number")
    book = book_with(asked.connection, asked.typed.id("book"))
    line = line_with(asked.connection, book.id, number)
    batch = batch_with(asked.connection, line.batch)
    amount = measured(line.amount, book.product.unit)
    what = _(NUMBERED) % {"number": number, "what": _(KINDS[line.kind]), "amount": amount}
    given = {"book": str(book.id), "number": str(number)}
    return _of_book(asked, book, given, Fact(LINE, what), *_batch_facts(batch))


def about_discrepancy(asked: Asked) -> About:
    """A discrepancy."""
    found = discrepancy_with(asked.connection, asked.typed.id("discrepancy"))
    book = book_with(asked.connection, found.book)
    off = difference(found.amount, book.product.unit)
    facts = (Fact(FOUND, _(FOUND_BY[found.found_by])), Fact(N_("When it was opened"), off))
    named = (one for one in facts if one.value)
    return _of_book(asked, book, {"discrepancy": str(found.id)}, *named)


def issue_facts(issue: Issue) -> tuple[Fact, ...]:
    """The container and its round."""
    session = _(SESSIONS.get(issue.session, issue.session))
    return Fact(CONTAINER, issue.container), Fact(ROUND, f"{day(issue.round_on)}, {session}")


def medicine(product: StockProduct) -> Fact:
    """The product."""
    return Fact(MEDICINE, product_name(product))


def _of_book(asked: Asked, book: Book, given: dict[str, str], *facts: Fact) -> About:
    # Of another site it is not even there.
    site = asked.keeper.site(book.facility)
    named = Fact(SITE, _site_name(asked, site))
    return About(site, (named, medicine(book.product), *facts), given, book.product)


def _batch_facts(batch: Batch) -> tuple[Fact, ...]:
    return Fact(LOT, batch.lot), Fact(LAST_DAY, day(batch.expires_on))


def _site_name(asked: Asked, site: str) -> str:
    return facility_name(raw_cursor(asked.connection), asked.keyring, site)
