"""Photos as a tablet takes them, small: for tests that upload one."""

import struct
import zlib


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG file."""
    return b"\xff" + struct.pack(">BH", marker, len(content) + 2) + content


def a_photo(
    hidden: bytes = b"",
    width: int = 480,
    height: int = 640,
    extra: bytes = b"",
    scan: bytes = b"\x01\xff\x00\x02\xff\xd0\x03",
) -> bytes:
    """A JPEG file with something hidden in a comment. Nobody can see a face in it."""
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x01\x11\x00" * 3)
    tables = segment(0xDB, b"\x00" + b"\x10" * 64) + frame + segment(0xC4, b"\x00" * 20)
    begins = b"\xff\xd8" + segment(0xE0, b"JFIF\x00") + extra + segment(0xFE, hidden)
    return begins + tables + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + scan + b"\xff\xd9"


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def a_drawing(width: int = 480, height: int = 640) -> bytes:
    """A PNG file in which somebody is drawn who is nobody: a head and shoulders, for screens."""
    rows = b"".join(
        b"\x00" + bytes(_shade(x / width, y / height) for x in range(width)) for y in range(height)
    )
    header = struct.pack(">II", width, height) + b"\x08\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def _shade(x: float, y: float) -> int:
    head = ((x - 0.5) / 0.2) ** 2 + ((y - 0.36) / 0.2) ** 2 < 1
    shoulders = ((x - 0.5) / 0.42) ** 2 + ((y - 1.0) / 0.38) ** 2 < 1
    return 120 if head else 90 if shoulders else 205
