"""The partners, one file each (``clinical/oat/interaction.py``). ATC codes are from memory and to be looked up.

Dolutegravir, bictegravir, raltegravir and most nucleosides change nothing that matters (EACS), so they have no file; nor has
rifabutin, after which no withdrawal was seen (CTS).
"""
