"""Serve one of the applications that are measured; prints its port."""

import socket
import sys

import uvicorn

from services.shared.seldom_collecting import collect_seldom


def _application(arguments: list[str]) -> object:
    if arguments == ["empty_app"]:
        import empty_app

        return empty_app.app
    from services.app import create_app
    from services.settings import load_settings
    from services.shared.database import Database

    settings = load_settings()
    database = Database(settings.database_url.get_secret_value(), pool_size=40)
    if not arguments:
        return create_app(settings, database)
    from raw_audit import RawAudit

    return create_app(settings, database, RawAudit(database, settings.home, rows=arguments == ["raw_audit"]))


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    application = _application(sys.argv[1:])
    collect_seldom()
    config = uvicorn.Config(application, log_config=None, access_log=False, server_header=False)  # type: ignore[arg-type]
    uvicorn.Server(config).run(sockets=[listener])
