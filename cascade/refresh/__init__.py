"""The cascade kept on disk and brought up to date: what a record's change touches is derived again, and nothing else.

A file holds the flat tables, the contract tables, the members of each measure of the plan, and the figures. A change of
one person's records is derived again in a second, small database by the same SQL, for the person's neighbourhood
(neighbourhood.py), and put in place of what was there. Everything is read again instead when a new civil day has begun
(what is due, late or open depends on it), when a record changed that is no person's (a facility, a medicine, a size),
when the key, the program or the codes are others, and when so much changed that reading all is quicker.

The file is as confidential as the record store. Only its owner may read it.
"""

from cascade.refresh.refresh import Refreshed, refresh

__all__ = ["Refreshed", "refresh"]
