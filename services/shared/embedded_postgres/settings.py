"""PostgreSQL's settings: safe on a crash, modest in memory, and silent about what is in the database."""

SETTINGS = {
    # Reached over a unix socket only, with a password.
    "listen_addresses": "''",
    "port": "5432",  # names the socket; no port is opened
    "password_encryption": "scram-sha-256",
    # A dose that was recorded stays recorded when the power fails.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # A small box.
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # No statement, parameter or value reaches the log. `terse` drops the DETAIL of a unique violation, which
    # repeats the key; but the first line of an error may repeat a value too ('invalid input syntax for type
    # date: "..."'), so errors of statements are not logged at all: `log` lets LOG, FATAL and PANIC through.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "'none'",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "'%m [%p] '",
    "lc_messages": "'C'",
    "logging_collector": "off",  # the log is standard error, which the supervisor sends to the file
}


def settings_file() -> str:
    """The text of ``postgresql.conf``."""
    lines = "".join(f"{name} = {setting}\n" for name, setting in SETTINGS.items())
    return f"# Written by Throughcare at every start; changes made here are lost.\n{lines}"
