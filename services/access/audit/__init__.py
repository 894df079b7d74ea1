"""The audit log as a Merkle tree: what anyone can prove about it. Pure; knows neither the database nor HTTP."""
