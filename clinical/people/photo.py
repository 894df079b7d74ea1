"""A photo by which somebody is told from others: JPEG or PNG, small, and nothing in it but the picture.

A tablet writes into a photo where and when and by what it was taken, and may hide a whole second picture in it. What is
kept here is put together anew from the parts that draw the picture, so that none of it stays: of a JPEG its tables,
frame and scans and which way is up, of a PNG its critical chunks. The picture itself is not decoded.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BYTES = 150_000
"""Proposed: a face of 480 x 640 dots takes 30,000 to 80,000."""

MOST_DOTS = 1_000
"""On each side. Proposed."""

FEWEST_DOTS = 64
"""On each side: of less nobody is told from anybody. Proposed."""


class PhotoRefused(Exception):
    """A file is not taken as a photo."""


class NotAPhoto(PhotoRefused):
    """It is no whole JPEG or PNG."""


class PhotoTooLarge(PhotoRefused):
    """It has more bytes or dots than are kept."""


class PhotoTooSmall(PhotoRefused):
    """It has fewer dots than show a face."""


@dataclass(frozen=True)
class Photo:
    """A photo that may be kept."""

    content_type: str
    data: bytes = field(repr=False)
    width: int
    height: int


JPEG_BEGINS, PNG_BEGINS = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"

FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: what browsers draw."""
DRAWS = FRAMES | {0xC4, 0xDB, 0xDD, 0xDA, 0xEE}
"""Frames, Huffman and quantization tables, restart interval, scans, and by which colours Adobe wrote them."""
SCAN, END, EXIF_SEGMENT = 0xDA, 0xD9, 0xE1
EXIF = b"Exif\x00\x00"
ORIENTATION, SHORT = 0x0112, 3

PNG_DRAWS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def photo_from(data: bytes) -> Photo:
    """The photo in a file, without anything else that is in it. Raises NotAPhoto, PhotoTooLarge, PhotoTooSmall."""
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge
    try:
        photo = _jpeg(data) if data.startswith(JPEG_BEGINS) else _png(data)
    except (struct.error, IndexError):
        raise NotAPhoto from None
    if max(photo.width, photo.height) > MOST_DOTS:
        raise PhotoTooLarge
    if min(photo.width, photo.height) < FEWEST_DOTS:
        raise PhotoTooSmall
    return photo


# --- JPEG: ITU-T T.81, Annex B


@dataclass(frozen=True)
class _Segment:
    marker: int
    content: bytes
    scanned: bytes = b""
    """What follows a scan's header: the picture itself."""

    @property
    def written(self) -> bytes:
        return b"\xff" + struct.pack(">BH", self.marker, len(self.content) + 2) + self.content + self.scanned


def _jpeg(data: bytes) -> Photo:
    segments = list(_segments(data))
    frames = [one for one in segments if one.marker in FRAMES]
    if len(frames) != 1 or not any(one.marker == SCAN for one in segments):
        raise NotAPhoto
    height, width = struct.unpack(">HH", frames[0].content[1:5])
    kept = b"".join(one.written for one in segments if one.marker in DRAWS)
    return Photo(
        "image/jpeg", JPEG_BEGINS + _way_up(segments) + kept + bytes([0xFF, END]), int(width), int(height)
    )


def _segments(data: bytes) -> Iterator[_Segment]:
    """The segments up to the end of the picture; what hangs on behind it is left out."""
    place = len(JPEG_BEGINS)
    while True:
        if data[place] != 0xFF:
            raise NotAPhoto
        marker = data[place + 1]
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker == END:
            return
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        begins, ends = place + 4, place + 2 + length
        if ends > len(data) or length < 2:
            raise NotAPhoto
        place = _end_of_scan(data, ends) if marker == SCAN else ends
        yield _Segment(marker, data[begins:ends], data[ends:place])


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker is: in a scan FF is followed by 00, or by the number of a restart."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            raise NotAPhoto
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _way_up(segments: list[_Segment]) -> bytes:
    """An Exif segment that says which way is up, if the file had one that did, and nothing else."""
    for one in segments:
        if one.marker == EXIF_SEGMENT and one.content.startswith(EXIF):
            turned = _orientation(one.content[len(EXIF) :])
            if turned in range(2, 9):
                entry = struct.pack(">HHIHH", ORIENTATION, SHORT, 1, turned, 0)
                tiff = b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
                return _Segment(EXIF_SEGMENT, EXIF + tiff).written
    return b""


def _orientation(tiff: bytes) -> int:
    """As TIFF 6.0 writes it; 1, which is upright, if it does not say or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for nth in range(min(entries, 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * nth)
            if (tag, kind) == (ORIENTATION, SHORT):
                return int(value)
    except struct.error:
        return 1
    return 1


# --- PNG: W3C PNG, section 5


def _png(data: bytes) -> Photo:
    if not data.startswith(PNG_BEGINS):
        raise NotAPhoto
    chunks = list(_chunks(data))
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") != 1 or b"IDAT" not in names:
        raise NotAPhoto
    width, height = struct.unpack(">II", chunks[0][1][:8])
    kept = b"".join(_chunk(name, content) for name, content in chunks if name in PNG_DRAWS)
    return Photo("image/png", PNG_BEGINS + kept, int(width), int(height))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, name = len(PNG_BEGINS), b""
    while name != b"IEND":
        (length,) = struct.unpack(">I", data[place : place + 4])
        name, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        if check != zlib.crc32(name + content):
            raise NotAPhoto
        yield name, content
        place += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
