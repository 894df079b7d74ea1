"""The prescriber's part: making an order, changing it, holding and ending it. Rules are pure; one file reads.

Nothing here signs. A page shows what follows, and writes it once a prescriber has signed.
"""
