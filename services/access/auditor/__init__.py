"""The auditor's pages: who looked at what, how the log stands, and unusual access as a worklist."""
