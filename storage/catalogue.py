"""The catalogue: `services.catalogue_imports.StoredCatalogue`.

What is current is parsed once in a process.  It is kept by a digest of its content, so it
is right for whichever database says that it holds that content.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from services.catalogue import Category, Contents, Provider
from services.catalogue_imports import ClosedBy, KeptProvider
from services.catalogue_terms import category_from, category_text, digest, provider_from
from services.clock import to_micros
from storage.rows import Connection, Row

KEPT_MAX = 4
"""Contents in memory: the current one, and those of transactions that began before it."""

# Also the lock of who changes anything: the row is there afterwards, and is theirs.
_BEGIN = """
    INSERT INTO catalogue (name, version, digest) VALUES ('catalogue', 0, '')
    ON CONFLICT (name) DO UPDATE SET version = catalogue.version
"""
_STATE = "SELECT version, digest FROM catalogue"
_FINISH = """
    UPDATE catalogue SET version = version + 1, digest = :digest
    WHERE name = 'catalogue' AND digest <> :digest
"""
_CATEGORIES = "SELECT * FROM categories ORDER BY position, id"
_CATEGORY = "SELECT * FROM categories WHERE id = :id"
_PUT_CATEGORY = """
    INSERT INTO categories (id, position, content) VALUES (:id, :position, :content)
    ON CONFLICT (id) DO UPDATE SET position = excluded.position, content = excluded.content
"""
_PROVIDERS = "SELECT * FROM providers ORDER BY position, id"
_PROVIDER = "SELECT * FROM providers WHERE id = :id"
_WITH_TERMS = """
    SELECT providers.*, provider_terms.content FROM providers JOIN provider_terms
        ON provider_terms.provider = providers.id
       AND provider_terms.version = providers.version
    ORDER BY providers.position, providers.id
"""
_PUT_PROVIDER = """
    INSERT INTO providers (id, version, digest, position, closed_by)
    VALUES (:id, :version, :digest, :position, :closed_by)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, digest = excluded.digest,
        position = excluded.position, closed_by = excluded.closed_by
"""
_ADD_TERMS = """
    INSERT INTO provider_terms (provider, version, content, at)
    VALUES (:provider, :version, :content, :at)
"""
_TERMS = "SELECT content FROM provider_terms WHERE provider = :provider AND version = :version"

_parsed = OrderedDict[str, Contents]()


class CatalogueTables:
    """The tables `catalogue`, `categories`, `providers` and `provider_terms`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def contents(self) -> Contents:
        state = self._connection.execute(_STATE).fetchone()
        if state is None:
            return Contents(0, [], [])
        kept = _parsed.get(state["digest"])
        return self._load(state["version"]) if kept is None else kept

    def provider(self, provider_id: str, version: int | None = None) -> Provider | None:
        newest = self.contents().providers.get(provider_id)
        if newest is None or version in (None, newest.version):
            return newest
        values = {"provider": provider_id, "version": version}
        row = self._connection.execute(_TERMS, values).fetchone()
        if row is None:
            return None
        return provider_from(provider_id, version, row["content"], is_open=newest.is_open)

    def begin(self) -> None:
        self._connection.execute(_BEGIN)

    def kept_category(self, category_id: str) -> Category | None:
        row = self._connection.execute(_CATEGORY, {"id": category_id}).fetchone()
        return None if row is None else _category(row)

    def put_category(self, category: Category) -> None:
        values = {
            "id": category.id,
            "position": category.position,
            "content": category_text(category),
        }
        self._connection.execute(_PUT_CATEGORY, values)

    def kept_provider(self, provider_id: str) -> KeptProvider | None:
        row = self._connection.execute(_PROVIDER, {"id": provider_id}).fetchone()
        return None if row is None else _kept(row)

    def kept_providers(self) -> list[KeptProvider]:
        return [_kept(row) for row in self._connection.execute(_PROVIDERS)]

    def put_provider(self, kept: KeptProvider) -> None:
        values = {
            "id": kept.id,
            "version": kept.version,
            "digest": kept.digest,
            "position": kept.position,
            "closed_by": kept.closed_by.value,
        }
        self._connection.execute(_PUT_PROVIDER, values)

    def add_terms(self, provider_id: str, version: int, text: str, at: datetime) -> None:
        values = {
            "provider": provider_id,
            "version": version,
            "content": text,
            "at": to_micros(at),
        }
        self._connection.execute(_ADD_TERMS, values)

    def finish(self) -> int:
        categories = [_category(row) for row in self._connection.execute(_CATEGORIES)]
        content = _digest_of_all(categories, self.kept_providers())
        self._connection.execute(_FINISH, {"digest": content})
        version: int = self._connection.execute(_STATE).fetchone()["version"]
        return version

    def _load(self, version: int) -> Contents:
        """Read all of it, which may be newer than *version* where others are writing."""
        rows = self._connection.execute(_WITH_TERMS).fetchall()
        categories = [_category(row) for row in self._connection.execute(_CATEGORIES)]
        kept = [_kept(row) for row in rows]
        providers = [
            provider_from(
                each.id,
                each.version,
                row["content"],
                is_open=each.closed_by is ClosedBy.NOBODY,
            )
            for each, row in zip(kept, rows, strict=True)
        ]
        contents = Contents(version, categories, providers)
        _parsed[_digest_of_all(categories, kept)] = contents
        while len(_parsed) > KEPT_MAX:
            _parsed.popitem(last=False)
        return contents


def _digest_of_all(categories: Iterable[Category], kept: Iterable[KeptProvider]) -> str:
    parts = [f"{each.id}\t{each.position}\t{category_text(each)}" for each in categories]
    parts += [
        f"{each.id}\t{each.version}\t{each.digest}\t{each.position}\t{each.closed_by.value}"
        for each in kept
    ]
    return digest("\n".join(parts))


def _category(row: Row) -> Category:
    return category_from(row["id"], row["position"], row["content"])


def _kept(row: Row) -> KeptProvider:
    return KeptProvider(
        row["id"], row["version"], row["digest"], row["position"], ClosedBy(row["closed_by"])
    )
