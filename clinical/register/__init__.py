"""The controlled-drug register: a ledger of what is in the safe and out on a round, that nobody can change.

Rules are pure; commands take a connection, write under the lock of their book, and never commit.
"""
