"""The audit log: what is logged, and as a Merkle tree what anyone can prove about it.

All of it is pure but ``log``, which keeps it in the database.
"""
