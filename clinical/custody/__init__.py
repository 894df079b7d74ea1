"""Custody: stays in prison and what follows from them."""
