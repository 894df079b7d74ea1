"""Opioid agonist treatment: products, orders, slots, what happened with them, and the rules. Pure.

Nothing here reads a clock, a database or a page: an instant, a civil day and the country's protocol are passed in.
"""
