"""``throughcare serve``"""

import errno
import socket

import uvicorn

from services.app import create_app
from services.commands.failure import CommandFailed
from services.commands.output import say
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database
from services.shared.seldom_collecting import collect_seldom


def serve() -> None:
    """Serve the pages and the FHIR API until stopped (Ctrl-C)."""
    settings = load_settings()
    refuse_taken_port(settings)
    with open_database(settings) as database:
        database.ready()
        say(f"Throughcare is on http://localhost:{settings.port}")
        run_server(settings, database)


def run_server(settings: Settings, database: Database) -> None:
    """Serve until a signal stops it; requests under way are finished first."""
    application = create_app(settings, database)
    collect_seldom()
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # it writes raw URLs; the application writes its own line
        ws="none",  # nothing here speaks WebSocket
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def refuse_taken_port(settings: Settings) -> None:
    """Say before any work that the port cannot be had. Raises CommandFailed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as refused:
            if refused.errno == errno.EADDRINUSE:
                raise CommandFailed(
                    f"Port {settings.port} is in use. Stop what uses it, or choose another: PORT=8001"
                ) from None
            raise CommandFailed(
                f"Cannot listen on {settings.host}:{settings.port}. Check HOST and PORT."
            ) from None
