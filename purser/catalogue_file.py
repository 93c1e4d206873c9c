"""The catalogue as operators write it: a TOML file, checked whole before anything is changed.

Its keys are described in `docs/catalogue.md`.
"""

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path as FilePath

from purser import provider_fields, provider_terms
from purser.checked_toml import Document, Table, TomlProblemsError, meant
from services.catalogue import LANGUAGES, Category, Provider
from services.catalogue_imports import CatalogueFile

__all__ = ["TomlProblemsError", "read", "read_file", "sample", "sample_text"]

BYTES_MAX = 4 * 1024 * 1024
NAME_LENGTH_MAX = 64
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""A button carries an id beside an action and a signature, in 64 bytes together."""


def read_file(
    path: FilePath, *, known: Iterable[str] = (), sandbox: str | None = None
) -> CatalogueFile:
    """Read the file at *path*; the rest as `read`.

    Raises:
        OSError: It cannot be read.
        TomlProblemsError: It is no catalogue.
    """
    data = path.read_bytes()[: BYTES_MAX + 1]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise TomlProblemsError(f"{path}:{line}: not UTF-8: save it as UTF-8") from None
    if len(data) > BYTES_MAX:
        raise TomlProblemsError(f"{path}: larger than {BYTES_MAX} bytes: split it")
    return read(text, str(path), known=known, sandbox=sandbox)


def sample(*, sandbox: str) -> CatalogueFile:
    """The catalogue that ships, with its providers at the *sandbox*'s address."""
    return read(sample_text(), "sample.toml", sandbox=sandbox)


def sample_text() -> str:
    """The catalogue that ships, as it is written."""
    return (resources.files("purser") / "catalogue" / "sample.toml").read_text("utf-8")


def read(
    text: str, name: str, *, known: Iterable[str] = (), sandbox: str | None = None
) -> CatalogueFile:
    """What a catalogue file says; *name* is what its problems call it.

    *known* are categories that the wallet has already, which the file need not repeat;
    *sandbox* is what `sandbox:` in addresses stands for, None where there is no sandbox.

    Raises:
        TomlProblemsError: All that is wrong with it, with lines.
    """
    document = Document(text, name)
    root = document.root
    categories = [
        _category(each, position) for position, each in enumerate(root.tables("category"))
    ]
    templates = _templates(root)
    provider_fields.check_templates(templates)
    ids = {each.id for each in categories} | set(known)
    reading = provider_terms.Reading(ids, templates, sandbox)
    providers = [_provider(each, reading) for each in root.tables("provider")]
    root.finish()
    _refuse_twins(document, "category", [each.id for each in categories])
    _refuse_twins(document, "provider", [each.id for each in providers])
    _refuse_shared_prefixes(document, providers)
    document.finish()
    return CatalogueFile(tuple(categories), tuple(providers))


def _category(table: Table, position: int) -> Category:
    category = Category(
        id=identifier(table),
        names=names(table, "name"),
        icon=table.text("icon", default="", most=16),
        position=position,
    )
    table.finish()
    return category


def _provider(table: Table, reading: provider_terms.Reading) -> Provider:
    category = table.text("category")
    if category and category not in reading.categories:
        slip = meant(category, reading.categories)
        table.wrong("category", f"there is no category `{category}`{slip}; add [[category]]")
    provider = provider_terms.provider(
        table,
        reading,
        provider_id=identifier(table),
        category=category,
        names=names(table, "name"),
    )
    table.finish()
    return provider


def identifier(table: Table) -> str:
    """The id of a category or a provider."""
    found = table.text("id")
    if found and ID.fullmatch(found) is None:
        table.wrong("id", f"`{found}`: small Latin letters, digits, `-` and `_`, at most 32")
    return found


def names(table: Table, key: str) -> dict[str, str]:
    """A text in several languages, in English at least."""
    return provider_fields.texts_by_language(table, key, most=NAME_LENGTH_MAX, languages=LANGUAGES)


def _templates(root: Table) -> dict[str, Table]:
    found = root.table("field")
    tables = {} if found is None else {name: found.table(name) for name in found.all()}
    return {name: each for name, each in tables.items() if each is not None}


def _refuse_twins(document: Document, kind: str, ids: list[str]) -> None:
    for place, each in enumerate(ids):
        if each and each in ids[:place]:
            what = f"there is another {kind} `{each}` above: one id each"
            document.problem((kind, place, "id"), what)


def _refuse_shared_prefixes(document: Document, providers: list[Provider]) -> None:
    owners: dict[str, str] = {}
    for place, provider in enumerate(providers):
        for prefix in provider.prefixes:
            other = owners.setdefault(prefix, provider.id)
            if other != provider.id:
                what = f"numbers that begin with {prefix} are `{other}`'s already"
                document.problem(("provider", place, "prefixes"), what)
                break
