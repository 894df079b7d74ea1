"""``throughcare person``: what is done with the whole record of one person."""

import typer

from services.commands.person_erase import erase_person
from services.commands.person_file import file

app = typer.Typer(
    help="Give one person their own file, or erase the whole record of one.", no_args_is_help=True
)

app.command("erase")(erase_person)
app.command("file")(file)
