"""Worklists: of whom something is to be done at a facility, and what. Adding one is a file in ``lists/``.

A list finds the people of one facility, by the tables that follow the record, and never goes through those of a country.
Who may see a line is decided by whoever shows it (``services.clinic.worklists``).
"""
