"""The dosing round: who gets what now, what happened at the window, and what has to be worked off afterwards.

``oat_order``, ``oat_event``, ``oat_hold`` and ``oat_caution`` are tables that follow the record, so that a list of three
hundred people is a handful of statements. What happened is written into the record and never turned away.
"""
