"""Photographs of payment codes as people take them: askew, blurred, dark, small, too bright.

Drawn by arithmetic from a seed, so every run meets the same pictures.
"""

import io
import math
from collections.abc import Callable
from random import Random

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIZE = (1280, 960)
"""As Telegram sends photos."""

PAPER = (900, 1200)
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Quad = tuple[tuple[float, float], ...]


def square(data: bytes, *, scale: int = 8, error: str = "m") -> Image.Image:
    """The clean code of *data*, with its quiet zone."""
    drawn = io.BytesIO()
    segno.make(data, mode="byte", error=error, micro=False).save(
        drawn, kind="png", scale=scale, border=4
    )
    return Image.open(drawn).convert("L")


def bill(data: bytes, chance: Random, *, width: int = 420) -> Image.Image:
    """A sheet of paper with lines of print and the code on it."""
    sheet = Image.new("L", PAPER, 246)
    pen = ImageDraw.Draw(sheet)
    for y in range(60, PAPER[1] - 60, 34):
        x = 60
        while x < PAPER[0] - 120:
            word = chance.randint(20, 130)
            pen.rectangle(
                (x, y, min(x + word, PAPER[0] - 60), y + 12), fill=chance.randint(30, 90)
            )
            x += word + 14
    code = square(data).resize((width, width), Image.Resampling.LANCZOS)
    sheet.paste(code, (chance.randint(40, PAPER[0] - width - 40), chance.randint(260, 540)))
    return sheet


def photo(kind: str, seed: int, data: bytes) -> bytes:
    """A JPEG of a bill with *data* on it, as hard as *kind* makes it."""
    chance = Random(f"{kind} {seed}")  # noqa: S311  # for pictures
    return KINDS[kind](data, chance)


def _askew(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=330), chance, tilt=0.36)
    return _jpeg(seen.filter(ImageFilter.GaussianBlur(0.7)), 60)


def _turned(data: bytes, chance: Random) -> bytes:
    angle = chance.uniform(20, 340)
    seen = _scene(bill(data, chance, width=330), chance, angle=angle, tilt=0.16, share=0.9)
    return _jpeg(seen.filter(ImageFilter.GaussianBlur(0.9)), 45)


def _bent(data: bytes, chance: Random) -> bytes:
    sheet = _wavy(bill(data, chance, width=400), chance.uniform(4, 12), chance.uniform(500, 900))
    return _jpeg(_scene(sheet, chance, tilt=0.12), 60)


def _blurred(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=400), chance, tilt=0.06)
    return _jpeg(seen.filter(ImageFilter.GaussianBlur(chance.uniform(1.8, 3.0))), 70)


def _shaken(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=420), chance, tilt=0.06)
    return _jpeg(_moved(seen, chance.randint(6, 12), chance.uniform(0, math.pi)), 70)


def _noisy(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=360), chance, tilt=0.08)
    dull = seen.point([90 + v // 3 for v in range(256)])
    return _jpeg(_noise(dull, chance, chance.uniform(60, 130)), 55)


def _dark(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=380), chance, tilt=0.08)
    dimmed = _lit(seen, chance, darkest=0.3).point([round(v * 0.2) + 6 for v in range(256)])
    return _jpeg(_noise(dimmed, chance, chance.uniform(10, 30)), 60)


def _squeezed(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=280), chance, tilt=0.08)
    return _jpeg(seen, chance.randint(6, 30))


def _glare(data: bytes, chance: Random) -> bytes:
    seen = _scene(bill(data, chance, width=420), chance, tilt=0.08)
    spot = ImageOps.invert(Image.radial_gradient("L")).resize((1400, 1400))
    light = Image.new("L", SIZE, 0)
    light.paste(spot, (chance.randint(-500, 300), chance.randint(-600, 100)))
    strength = chance.uniform(0.7, 1.0)
    light = light.point([min(255, round(v * strength)) for v in range(256)])
    return _jpeg(ImageChops.add(_lit(seen, chance, darkest=0.4), light), 60)


def _small(data: bytes, chance: Random) -> bytes:
    share = chance.uniform(0.5, 0.75)
    seen = _scene(bill(data, chance, width=230), chance, tilt=0.04, share=share)
    return _jpeg(seen, chance.randint(45, 80))


def _all_at_once(data: bytes, chance: Random) -> bytes:
    angle = chance.uniform(-25, 25)
    seen = _scene(bill(data, chance, width=440), chance, angle=angle, tilt=0.2, share=1.0)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(1.1, 2.1)))
    seen = _noise(_lit(seen, chance, darkest=0.35), chance, chance.uniform(30, 60))
    return _jpeg(seen, chance.randint(25, 40))


KINDS: dict[str, Callable[[bytes, Random], bytes]] = {
    "askew": _askew,
    "turned": _turned,
    "bent": _bent,
    "blurred": _blurred,
    "shaken": _shaken,
    "noisy": _noisy,
    "dark": _dark,
    "squeezed": _squeezed,
    "glare": _glare,
    "small": _small,
    "all at once": _all_at_once,
}


def _scene(
    sheet: Image.Image, chance: Random, *, angle: float = 0, tilt: float = 0, share: float = 1.1
) -> Image.Image:
    """The sheet on a table, seen from somewhere; *share* of the picture's height is sheet."""
    high = SIZE[1] * share
    wide = high * PAPER[0] / PAPER[1]
    turn = math.radians(angle + chance.uniform(-4, 4))
    corners = []
    for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        far = 1 + chance.uniform(-tilt, tilt)
        x, y = x * wide * far, y * high * far  # noqa: PLW2901
        corners.append((
            SIZE[0] / 2 + x * math.cos(turn) - y * math.sin(turn),
            SIZE[1] / 2 + x * math.sin(turn) + y * math.cos(turn),
        ))  # fmt: skip
    mapping = _inverse(onto(tuple(corners)))
    data = [
        *(each * PAPER[0] for each in mapping[:3]),
        *(each * PAPER[1] for each in mapping[3:6]),
        *mapping[6:],
    ]
    scaled = [each / data[8] for each in data[:8]]
    table = Image.new("L", SIZE, 96)
    mask = Image.new("L", PAPER, 255)
    bicubic = Image.Resampling.BICUBIC
    seen = sheet.transform(SIZE, Image.Transform.PERSPECTIVE, scaled, bicubic)
    covered = mask.transform(SIZE, Image.Transform.PERSPECTIVE, scaled)
    return Image.composite(seen, table, covered)


def onto(quad: Quad) -> Matrix:
    """The projective map of the unit square onto *quad*, clockwise from the top left.

    Source: P. Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area
    return (
        x1 - x0 + g * x1, x3 - x0 + h * x3, x0,
        y1 - y0 + g * y1, y3 - y0 + h * y3, y0,
        g, h, 1.0,
    )  # fmt: skip


def _inverse(of: Matrix) -> Matrix:
    a, b, c, d, e, f, g, h, i = of
    return (
        e * i - f * h, c * h - b * i, b * f - c * e,
        f * g - d * i, a * i - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip


def _wavy(sheet: Image.Image, height: float, length: float) -> Image.Image:
    """Paper that does not lie flat: its columns stand higher and lower."""
    step = 12
    mesh = []
    for x in range(0, sheet.width, step):
        left, right = (height * math.sin(2 * math.pi * each / length) for each in (x, x + step))
        corners = (
            x,
            left,
            x,
            sheet.height + left,
            x + step,
            sheet.height + right,
            x + step,
            right,
        )
        mesh.append(((x, 0, x + step, sheet.height), corners))
    return sheet.transform(
        sheet.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=246
    )


def _moved(seen: Image.Image, steps: int, angle: float) -> Image.Image:
    """The mean of the picture on its way along a line."""
    mean = seen
    for step in range(1, steps):
        shifted = ImageChops.offset(
            seen, round(step * math.cos(angle)), round(step * math.sin(angle))
        )
        mean = Image.blend(mean, shifted, 1 / (step + 1))
    return mean


def _noise(seen: Image.Image, chance: Random, strength: float) -> Image.Image:
    """Grains of a dim sensor: the sum of two even noises, *strength* wide."""
    size = seen.width * seen.height
    one, other = (Image.frombytes("L", seen.size, chance.randbytes(size)) for _ in range(2))
    grain = Image.blend(one, other, 0.5)
    table = [round(128 + (v - 128) * strength / 128) for v in range(256)]
    return ImageChops.add(seen, grain.point([min(255, max(0, v)) for v in table]), 1, -128)


def _lit(seen: Image.Image, chance: Random, *, darkest: float) -> Image.Image:
    """A lamp to one side."""
    slope = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270)))
    slope = slope.resize(seen.size)
    shade = slope.point([round(255 * (darkest + (1 - darkest) * v / 255)) for v in range(256)])
    return ImageChops.multiply(seen, shade)


def _jpeg(seen: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    seen.save(written, "JPEG", quality=quality)
    return written.getvalue()
