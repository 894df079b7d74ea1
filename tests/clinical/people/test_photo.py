"""A photo is what draws the picture, and nothing else that was in the file."""

import struct
import zlib

import pytest
from photo_files import a_drawing, a_photo, chunk, segment

from clinical.people.photo import (
    FEWEST_DOTS,
    MOST_BYTES,
    MOST_DOTS,
    NotAPhoto,
    PhotoTooLarge,
    PhotoTooSmall,
    photo_from,
)

HIDDEN = b"DEMO 42.441N 19.262E somebody's tablet"


def exif(turned: int, order: str = "<") -> bytes:
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0)
    tiff = {"<": b"II\x2a\x00", ">": b"MM\x00\x2a"}[order] + struct.pack(f"{order}IH", 8, 1) + entry
    return segment(0xE1, b"Exif\x00\x00" + tiff + struct.pack(f"{order}I", 0) + HIDDEN)


def jpeg(width: int = 480, height: int = 640, behind: bytes = b"", **parts: bytes) -> bytes:
    return a_photo(HIDDEN, width, height, **parts) + behind


def png(width: int = 480, height: int = 640, behind: bytes = b"", *, end: bool = True) -> bytes:
    header = chunk(b"IHDR", struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00")
    middle = chunk(b"tEXt", HIDDEN) + chunk(b"eXIf", HIDDEN) + chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + header + middle + (chunk(b"IEND", b"") if end else b"") + behind


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (jpeg(extra=exif(1), behind=HIDDEN), "image/jpeg"),
        (jpeg(extra=exif(6)), "image/jpeg"),
        (png(behind=HIDDEN), "image/png"),
    ],
)
def test_nothing_is_left_of_where_and_by_what_it_was_taken(data: bytes, type_: str) -> None:
    photo = photo_from(data)
    assert (photo.content_type, photo.width, photo.height) == (type_, 480, 640)
    assert HIDDEN not in photo.data
    assert HIDDEN in data


def test_a_drawing_is_a_photo_as_well() -> None:
    assert photo_from(a_drawing(80, 96)).data == a_drawing(80, 96)


def test_the_picture_itself_stays_as_it_was() -> None:
    assert b"\x01\xff\x00\x02\xff\xd0\x03\xff\xd9" in photo_from(jpeg()).data
    again = photo_from(photo_from(jpeg(extra=exif(6))).data)
    assert again == photo_from(jpeg(extra=exif(6)))
    assert photo_from(photo_from(png()).data) == photo_from(png())


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", [2, 6, 8])
def test_which_way_is_up_stays(order: str, turned: int) -> None:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0)
    assert entry in photo_from(jpeg(extra=exif(turned, order))).data


@pytest.mark.parametrize("turned", [0, 1, 9])
def test_what_is_upright_or_no_way_says_nothing(turned: int) -> None:
    assert b"Exif" not in photo_from(jpeg(extra=exif(turned))).data


@pytest.mark.parametrize("make", [jpeg, png])
def test_it_has_so_many_dots_and_no_more(make: object) -> None:
    assert callable(make)
    assert photo_from(make(MOST_DOTS, FEWEST_DOTS)).width == MOST_DOTS
    for width, height in ((MOST_DOTS + 1, 480), (480, MOST_DOTS + 1)):
        with pytest.raises(PhotoTooLarge):
            photo_from(make(width, height))
    for width, height in ((FEWEST_DOTS - 1, 480), (480, FEWEST_DOTS - 1)):
        with pytest.raises(PhotoTooSmall):
            photo_from(make(width, height))


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_it_has_so_many_bytes_and_no_more(more: int, fits: bool) -> None:
    whole = jpeg()
    data = jpeg(scan=b"\x01" * (MOST_BYTES - len(whole) + 7 + more))
    assert len(data) == MOST_BYTES + more
    if fits:
        photo_from(data)
    else:
        with pytest.raises(PhotoTooLarge):
            photo_from(data)


CUT = jpeg()
WRONG_CHECK = png().replace(b"\x08\x02", b"\x08\x03")


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", CUT[:-2], CUT[:40], b"\xff\xd8", b"\xff\xd8\xff\xd9", png(end=False), png()[:20], WRONG_CHECK,
     b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), b"\xff\xd8" + segment(0xC3, b"\x08\x02\x00\x02\x00") + segment(0xDA, b"") + b"\x01\xff\xd9"],
)  # fmt: skip
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        photo_from(data)
