"""Paths that a form may lead to: those of this installation, never another site. Pure."""

FRONT = "/"


def own_path(path: str) -> str:
    """The path, or the front page's if it could lead elsewhere: ``//evil.example`` and ``/\\evil.example`` do."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else FRONT
