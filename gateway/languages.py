"""In which languages a browser's user reads."""

import re

from starlette.requests import Request

LANGUAGES_MAX = 10
"""Of a browser's wishes that are looked at."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}")


def wanted(request: Request, *named: str) -> list[str]:
    """Those that *named* and the parameter `lang` say, then the browser's, as it prefers them."""
    header = request.headers.get("accept-language", "").split(",")[:LANGUAGES_MAX]
    weighed = []
    for place, part in enumerate(header):
        name, _, weight = part.strip().partition(";q=")
        weighed.append((_tenths(weight), place, name))
    browser = [name for weight, _, name in sorted(weighed, key=lambda each: (-each[0], each[1]))]
    asked = request.query_params.get("lang", "")
    found = (LANGUAGE.match(each) for each in (asked, *named, *browser))
    return [each[0].lower() for each in found if each]


def _tenths(weight: str) -> int:
    """A quality of `0.8` as 8; the highest where none is stated."""
    match = re.fullmatch(r"0(?:\.([0-9])[0-9]*)?", weight.strip())
    return 10 if match is None else int(match[1] or 0)
