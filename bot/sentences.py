"""The Fluent files of one language, each compiled when the first of its sentences is said.

Compiling all of them takes most of a second of a processor, and the first answer needs two
or three.  So a sentence refers to sentences of its own file only.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from fluent_compiler.bundle import FluentBundle

_KEY = re.compile(r"^([a-zA-Z][a-zA-Z0-9_-]*) *=", re.MULTILINE)


class TextsError(RuntimeError):
    """A Fluent file is broken: the wallet does not speak with half its sentences."""


class Sentences:
    """What one folder holds."""

    def __init__(self, folder: Path) -> None:
        """Look which sentence is in which file.

        Raises:
            TextsError: There is none, or one is written twice.
        """
        self._language = folder.name
        self._files: dict[str, Path] = {}
        for path in sorted(folder.glob("*.ftl")):
            for key in _KEY.findall(path.read_text("utf-8")):
                if key in self._files:
                    raise TextsError(f"{path}: {key} is in {self._files[key].name} too")
                self._files[key] = path
        if not self._files:
            raise TextsError(f"{folder} holds no sentences")
        self._bundles: dict[Path, FluentBundle] = {}
        self._said: dict[str, FluentBundle] = {}  # by sentence

    def __contains__(self, key: str) -> bool:
        return key in self._files

    def keys(self) -> tuple[str, ...]:
        """The names of all sentences."""
        return tuple(self._files)

    def say(self, key: str, values: Mapping[str, object]) -> tuple[str, list[Exception]]:
        """The sentence with its *values*, and what went wrong with them.

        Raises:
            LookupError: There is no such sentence.
            TextsError: Its file is broken.
        """
        bundle = self._said.get(key)
        if bundle is None:
            if key not in self._files:
                raise LookupError(key)
            bundle = self._said[key] = self._bundle(self._files[key])
        text, errors = bundle.format(key, dict(values))
        return str(text), errors

    def check(self) -> None:
        """Compile every file.

        Raises:
            TextsError: One is broken; the message says which sentence.
        """
        for path in dict.fromkeys(self._files.values()):
            self._bundle(path)

    def _bundle(self, path: Path) -> FluentBundle:
        if path not in self._bundles:
            bundle = FluentBundle.from_files(self._language, [str(path)], use_isolating=True)
            broken = [
                f"{self._language}: {key}: {error}" for key, error in bundle.check_messages()
            ]
            if broken:
                raise TextsError("\n".join(broken))
            self._bundles[path] = bundle
        return self._bundles[path]
