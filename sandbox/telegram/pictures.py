"""Photos that people send: upright JPEGs of several sizes, as Telegram makes them.

A picture sent as a file stays as it is; this is for those sent as photos.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

SIDES = (90, 320, 800, 1280)
"""Of the longer side of each size that a bot is told of.

Source: https://core.telegram.org/api/files#image-thumbnail-types, `s`, `m`, `x` and `y`; the
smallest as bots see it.
"""

SIZE_MAX = 10 * 1024 * 1024
SIDES_SUM_MAX = 10_000
RATIO_MAX = 20
"""Source of the three: https://core.telegram.org/bots/api#sendphoto"""

QUALITY = 87
"""As the phones' own applications have it."""


class PictureError(Exception):
    """Telegram would not take this as a photo."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One size of a photo."""

    body: bytes
    width: int
    height: int


def photos_of(body: bytes) -> list[Photo]:
    """The sizes of the picture *body*, the smallest first; none is larger than it was.

    Raises:
        PictureError: It is no picture, or larger or longer than Telegram takes.
    """
    if len(body) > SIZE_MAX:
        raise PictureError("a photo has 10 MB at most")
    try:
        picture = Image.open(io.BytesIO(body))
        _check(picture)
        upright = _on_white(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as exc:
        raise PictureError("this is no picture") from exc
    longest = max(upright.size)
    sides = [*(side for side in SIDES if side < longest), min(longest, SIDES[-1])]
    return [_sized(upright, side) for side in dict.fromkeys(sides)]


def _check(picture: Image.Image) -> None:
    width, height = picture.size
    if width + height > SIDES_SUM_MAX or max(width, height) > RATIO_MAX * min(width, height):
        raise PictureError("a photo is no longer than 10,000, nor 20 times as long as wide")


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _sized(picture: Image.Image, side: int) -> Photo:
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    copy.save(written, "JPEG", quality=QUALITY)
    return Photo(written.getvalue(), *copy.size)
