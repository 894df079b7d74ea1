"""Lives drawn by chance: one file per part of a life. The same person with the same seed lives the same life."""
