"""What an act of the register is: a form, what it is about, and the command that it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection

from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.product import StockProduct
from clinical.register.two_people import Act as Signing
from fhir_store.keyring import Keyring
from services.access.decision import Interaction
from services.register.keeper import Keeper
from services.register.typed import Typed
from services.register.words import Choice


@dataclass(frozen=True)
class Asked:
    """A form that was asked for: by whom, with what."""

    connection: Connection
    keyring: Keyring
    keeper: Keeper
    typed: Typed


@dataclass(frozen=True)
class Fact:
    """Something that is known already. ``label`` waits for its translation; ``value`` is in words."""

    label: str
    value: str


@dataclass(frozen=True)
class About:
    """What a form is about.

    Attributes:
        site: whose register it is.
        facts: what stands above the form.
        given: the fields that nobody fills in.
        product: the one whose book it is, if that is known.
    """

    site: str
    facts: tuple[Fact, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    product: StockProduct | None = None


@dataclass(frozen=True)
class Input:
    """A field.

    Attributes:
        name: under which it is sent.
        label: waits for its translation, if it is ``ours``.
        kind: what is filled in.
        choices: to choose from.
        value: what stands in it at first.
        hint: waits for its translation.
        unit: what stands behind an amount.
        optional: whether it may stay empty.
        ours: whether the words are the program's, and not those of a label or a place.
    """

    name: str
    label: str
    kind: Literal["text", "note", "amount", "date", "choice"] = "text"
    choices: tuple[Choice, ...] = ()
    value: str = ""
    hint: str = ""
    unit: str = ""
    optional: bool = False
    ours: bool = True


@dataclass(frozen=True)
class Act:
    """One act; adding one is a file in this folder and its line in ``acts``.

    Attributes:
        code: in the address.
        title: waits for its translation, like ``words``, which say what it does.
        signs: by what the law knows it.
        about: what it is about. Raises RegisterError, NotHere.
        inputs: what is filled in.
        enter: what it does. Raises Unfit, RegisterError.
        needs: what the decision is asked for.
    """

    code: str
    title: str
    words: str
    signs: Kind | Signing
    about: Callable[[Asked], About]
    inputs: Callable[[Asked, About], tuple[Input, ...]]
    enter: Callable[[Connection, Entering, Typed], Entered]
    needs: Interaction = Interaction.CREATE
