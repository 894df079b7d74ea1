"""``throughcare account``: hardware tokens, from the delivery to the hand."""

from pathlib import Path
from typing import Annotated

import typer

from services.access.people.accounts import active_account
from services.access.people.administration import find_token_again, hand_out_token, take_delivery
from services.access.people.journal import account as account_named
from services.access.people.seed_files import read_seeds
from services.commands.acting_person import By, acting, asked
from services.commands.output import say

Serial = Annotated[str, typer.Argument(help="What is printed on the token")]


def import_tokens(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns serial and seed (hex or base 32), and where they differ from the usual kind, "
            "digits, period, algorithm, counter. Destroy it afterwards: it holds every seed."
        ),
    ],
    by: By,
) -> None:
    """Take in a delivery of hardware tokens: all of the file or nothing."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        seeds = read_seeds(lines)
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        take_delivery(connection, opened.keys, person, seeds, opened.now)
        opened.log(connection, "tokens-taken-in", person, tokens=len(seeds))
    say(f"{len(seeds)} tokens taken in. Hand one out: throughcare account assign-token SERIAL LOGIN")


def assign(serial: Serial, login: Annotated[str, typer.Argument(help="Who gets it")], by: By) -> None:
    """Hand a token to a person; it is then one of the ways to finish a sign-in."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        account = active_account(connection, login).id
        hand_out_token(connection, person, serial, account, opened.now)
        opened.log(connection, "token-assigned", person, account_named(account), serial=serial)
    say(f"Token {serial} is {login}'s.")


def resync(serial: Serial, by: By) -> None:
    """Find a token again whose codes are not accepted any more, by two codes in a row."""
    with acting(by) as (opened, person):
        codes = asked("A code that it shows"), asked("The next one")
        with opened.database.transaction() as connection:
            find_token_again(connection, opened.keys, person, serial, codes, opened.now)
            opened.log(connection, "token-resynchronised", person, serial=serial)
    say(f"Token {serial} is found again.")
