"""What is refused of pictures, and their greatest size.

Apart from `bot.code_reading`, whose libraries are imported with the first picture.
"""

from services.errors import InvalidRequestError

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 25_000_000
"""What a good camera makes; decoding takes up to 150 MB then."""


class PictureNotReadError(InvalidRequestError):
    """The file is no JPEG, PNG or WEBP, or it is broken."""

    code = "picture_not_read"


class PictureTooLargeError(InvalidRequestError):
    """The file has more than is looked at.  Values: megabytes, megapixels."""

    code = "picture_too_large"


def too_large() -> PictureTooLargeError:
    """The refusal, with what is permitted."""
    return PictureTooLargeError(
        megabytes=BYTES_MAX // 1024 // 1024, megapixels=PIXELS_MAX // 1_000_000
    )
