"""Payment codes on a picture: found, and read as bytes.

A clear code is read at the first look.  A poor photo is looked at again and again, each time
prepared in another way, until something is found or the time is over: what helps against
noise spoils what is blurred, so there is no one best way.

A picture comes from a stranger: its format, its size in pixels and its scans are judged from
its header before anything is decoded.

Imported with the first picture: the two libraries are a tenth of a second and 10 MB.
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from bot.picture_errors import BYTES_MAX, PIXELS_MAX, PictureNotReadError, too_large

FORMATS = ("JPEG", "PNG", "WEBP")
SCANS_MAX = 40
"""Of a progressive JPEG: cameras make about ten; each costs a pass over all pixels."""

SECONDS_MAX = 4
CODES_MAX = 6
"""Read of one picture."""

LOOKED_AT = 1600
"""Pixels of the longer side that a closer look has; more would show noise, not the code."""

SIDE_MIN = 21
"""Modules of the smallest square; a narrower strip holds none."""

_KINDS = "QRCode"
_ALL_KINDS = "QRCode,DataMatrix,Aztec"
"""The standard lets bills bear any of the three."""

_SOFT = ImageFilter.GaussianBlur(1)
_CRISP = ImageFilter.UnsharpMask(4, 400, 0)
_FOCUSED = ImageFilter.UnsharpMask(3, 300, 0)
_EDGED = ImageFilter.UnsharpMask(4, 150, 0)
_NEIGHBOURHOOD = ImageFilter.BoxBlur(25)

_JPEG = b"\xff\xd8"
_SCAN = b"\xff\xda"
_CANVAS = slice(24, 30)
_CANVAS_LENGTH = 3


def codes_in(body: bytes, *, is_enough: Callable[[bytes], bool], until: float) -> list[bytes]:
    """What the codes on the picture *body* hold, the topmost first.

    It goes on looking until a code *is_enough*, or until that moment of `time.monotonic`.

    Raises:
        PictureNotReadError: It is no picture that can be read.
        PictureTooLargeError: It has more than `BYTES_MAX` bytes or `PIXELS_MAX` pixels.
    """
    found: dict[bytes, None] = {}
    with _readable():
        picture = _opened(body)
    for seen in _looks(picture):
        found |= dict.fromkeys(seen)
        if any(is_enough(each) for each in found) or time.monotonic() > until:
            break
    return list(found)[:CODES_MAX]


def _opened(body: bytes) -> Image.Image:
    """The picture in grey, and as it lies: codes are read from any side.

    So the camera's mark of where up is, which is often broken, is not looked at.
    """
    scans = body.count(_SCAN) if body.startswith(_JPEG) else 0
    if len(body) > BYTES_MAX or _webp_pixels(body) > PIXELS_MAX or scans > SCANS_MAX:
        raise too_large()
    picture = Image.open(io.BytesIO(body), formats=FORMATS)
    if picture.width * picture.height > PIXELS_MAX:
        raise too_large()
    if "A" in picture.getbands() or "transparency" in picture.info:
        clear = picture.convert("RGBA")  # a code drawn on nothing is meant for white
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("L")
    return picture.convert("L")


@contextmanager
def _readable() -> Iterator[None]:
    """Pillow's many ways to say that a file is broken."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as exc:
        raise PictureNotReadError from exc


def _looks(picture: Image.Image) -> Iterator[list[bytes]]:
    """What each look at it finds, the cheapest and most telling first."""
    yield _read(picture, _ALL_KINDS)
    near = picture.copy()
    near.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.LANCZOS, reducing_gap=2)
    if min(near.size) < SIDE_MIN:
        return
    yield _read(near.reduce(2))
    soft = near.filter(_SOFT)
    yield _read(soft)
    yield _read(near.filter(_CRISP))
    yield _read(near.filter(_FOCUSED).filter(_EDGED))
    yield _read(soft.filter(_EDGED), _ALL_KINDS)
    yield _read(_larger(near))
    yield _read(_larger(soft))
    yield _read(_even(near), is_even=True)
    yield _read(_larger(soft.filter(_EDGED)))
    for tile in _tiles(near):
        yield _read(_larger(ImageOps.autocontrast(tile, cutoff=1)))


def _read(
    picture: Image.Image,
    kinds: str = _KINDS,
    *,
    is_even: bool = False,
) -> list[bytes]:
    """One look.  None of the library's objects is kept: it complains of those at exit."""
    binarizers = zxingcpp.Binarizer
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.barcode_formats_from_str(kinds),
        binarizer=binarizers.GlobalHistogram if is_even else binarizers.LocalAverage,
    )
    found.sort(key=lambda each: (each.position.top_left.y, each.position.top_left.x))
    return [each.bytes for each in found]


def _larger(picture: Image.Image) -> Image.Image:
    size = (picture.width * 2, picture.height * 2)
    return picture.resize(size, Image.Resampling.BICUBIC)


def _even(picture: Image.Image) -> Image.Image:
    """As if lit evenly: each pixel against the mean of its neighbourhood."""
    mean = picture.filter(_NEIGHBOURHOOD)
    return ImageOps.autocontrast(ImageChops.subtract(picture, mean, 1, 128), cutoff=1)


def _tiles(picture: Image.Image) -> Iterator[Image.Image]:
    """Quarters that overlap, and the middle: each has its own brightest and darkest."""
    wide, high = picture.width * 3 // 5, picture.height * 3 // 5
    right, low = picture.width - wide, picture.height - high
    for x, y in ((right // 2, low // 2), (0, 0), (right, 0), (0, low), (right, low)):
        yield picture.crop((x, y, x + wide, y + high))


def _webp_pixels(body: bytes) -> int:
    """Of an extended WEBP, whose canvas Pillow would lay out at once; 0 for all else."""
    if body[:4] != b"RIFF" or body[8:16] != b"WEBPVP8X":
        return 0
    sides = body[_CANVAS]
    width, height = (
        int.from_bytes(sides[at : at + _CANVAS_LENGTH], "little") + 1 for at in (0, _CANVAS_LENGTH)
    )
    return width * height
