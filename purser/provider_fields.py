"""Reading the account fields of a provider: its own, and those that several share."""

import re
from collections.abc import Iterable
from typing import Any

from purser.checked_toml import Table, listed, meant
from purser.toml_lines import Path
from services import field_patterns
from services.account_fields import BLANK, AccountFieldError, Field, Keep
from services.catalogue import LANGUAGES
from services.check_digits import CHECKS

FIELDS_MAX = 10
"""A person answers them one by one; all together are kept with the question."""

LABEL_LENGTH_MAX = 64
HINT_LENGTH_MAX = 200
VALUE_LENGTH_MAX = 64
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CODE_KEY = re.compile(r"[A-Za-z0-9.]{1,32}")


def fields(table: Table, templates: dict[str, Table]) -> tuple[Field, ...]:
    """The fields that a provider asks for, in their order; the first is the account."""
    found = table.value("fields")
    if not isinstance(found, list) or not 0 < len(found) <= FIELDS_MAX:
        table.wrong("fields", f'`fields` is a list of 1 to {FIELDS_MAX} fields: ["phone"]')
        return ()
    read = [
        _field(table, (*table.path, "fields", place), each, templates)
        for place, each in enumerate(found)
    ]
    names = [each.name for each in read if each is not None]
    for place, name in enumerate(names):
        if name in names[:place]:
            table.document.problem((*table.path, "fields", place), f"`{name}` is there twice")
    if read and read[0] is not None and read[0].is_optional:
        place_of_first = (*table.path, "fields", 0)
        table.document.problem(place_of_first, "the first field is the account: never optional")
    return tuple(each for each in read if each is not None)


def check_templates(templates: dict[str, Table]) -> None:
    """Each is a whole field, whether a provider uses it or not."""
    for name, template in templates.items():
        _read(Table(template.document, template.path, template.all()), name)


def texts_by_language(
    table: Table, key: str, *, most: int, languages: Iterable[str], needed: bool = True
) -> dict[str, str]:
    """A text in several languages; in English at least where it is *needed*."""
    found = table.table(key)
    if found is None:
        if needed and key not in table:
            table.wrong(key, f'`{key}` is missing: {key} = {{ en = "…", ru = "…" }}')
        return {}
    known = list(languages)
    texts = {language: found.text(language, most=most) for language in found.all()}
    for language in texts:
        if language not in known:
            slip = meant(language, known)
            found.wrong(language, f"`{language}` is no language here{slip}; {listed(known)}")
    if "en" not in texts:
        table.wrong(key, f"`{key}` needs English, `en`: others fall back to it")
    return texts


def _field(table: Table, path: Path, found: Any, templates: dict[str, Table]) -> Field | None:
    """A field by the name of its template, or written out, perhaps like one."""
    values = {"like": found} if isinstance(found, str) else found
    if not isinstance(values, dict):
        what = 'a field is the name of one, "phone", or a table with its keys'
        table.document.problem(path, what)
        return None
    own = Table(table.document, path, values)
    like = own.text("like", default="")
    if like and like not in templates:
        slip = meant(like, templates)
        own.wrong("like", f"there is no [field.{like}]{slip}")
        return None
    template = templates.get(like)
    return _read(Table(table.document, path, values, like=template), like)


def _read(table: Table, name_of_template: str) -> Field:
    table.value("like")
    name = table.text("name", default=name_of_template or None)
    if name and _NAME.fullmatch(name) is None:
        table.wrong("name", f"`{name}`: small Latin letters, digits and `_`, a letter first")
    field = Field(
        name=name,
        labels=texts_by_language(table, "label", most=LABEL_LENGTH_MAX, languages=LANGUAGES),
        hints=texts_by_language(
            table, "hint", most=HINT_LENGTH_MAX, languages=LANGUAGES, needed=False
        ),
        pattern=_pattern(table),
        mask=table.text("mask", default=""),
        keep=Keep(table.choice("keep", Keep, default=Keep.TEXT)),
        check=table.choice("check", CHECKS, default=""),
        minimum_length=_length(table, "shortest", 1),
        maximum_length=_length(table, "longest", VALUE_LENGTH_MAX),
        is_optional=table.flag("optional"),
        code_keys=_code_keys(table),
    )
    _check_whole(table, field)
    table.finish()
    return field


def _pattern(table: Table) -> str:
    pattern = table.text("pattern", default="")
    try:
        field_patterns.check(pattern)
    except field_patterns.PatternError as exc:
        table.wrong("pattern", f"`pattern`: {exc}")
        return ""
    return pattern


def _length(table: Table, key: str, default: int) -> int:
    return table.number(key, default=default, least=1, most=VALUE_LENGTH_MAX)


def _code_keys(table: Table) -> tuple[str, ...]:
    keys = table.texts("code_keys")
    if not all(_CODE_KEY.fullmatch(each) for each in keys):
        table.wrong("code_keys", "`code_keys` are names of payment codes, such as `PersAcc`")
    return tuple(keys)


def _check_whole(table: Table, field: Field) -> None:
    if field.minimum_length > field.maximum_length:
        table.wrong("shortest", "`shortest` is above `longest`")
    if field.mask and not 0 < field.mask.count(BLANK) <= field.maximum_length:
        table.wrong("mask", f"`mask` has a `{BLANK}` for each character of the value")
    example = table.text("example", default="")
    if example:
        try:
            field.read(example)
        except AccountFieldError:
            table.wrong("example", f"the field refuses its own example, `{example}`")
