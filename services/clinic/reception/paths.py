"""Where the pages of reception are."""

from services.clinic.find_page import PEOPLE

RECEPTION = f"{PEOPLE}/reception"
