"""The fixtures of a prison whose round is served."""

from round_fixtures import (
    clock,
    desk,
    device,
    kept,
    key,
    nurse,
    people,
    shut_out,
    sign_in,
    store,
    with_pin,
)

__all__ = [
    "clock", "desk", "device", "kept", "key", "nurse", "people", "shut_out", "sign_in", "store", "with_pin",
]  # fmt: skip
