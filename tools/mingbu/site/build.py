"""Builds the whole site: stage, render shells, stamp, publish."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mingbu.checks import run as run_checks
from mingbu.labels import LANGS, Lang
from mingbu.register import Policy, Register
from mingbu.register.revision import Revision
from mingbu.repository import make_cache
from mingbu.site import agenda, pages, search
from mingbu.site.publish import publish
from mingbu.site.reader import Reader, relative
from mingbu.site.shells import BANNER, OTHER_LANGUAGE, PACKAGE, BuildError, Shell, render, stage

_NOT_SERVED = frozenset({".digest", "sitemap.xml", "sitemap.xml.gz"})


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    pages: int
    written: int
    seconds: float


def build_site(register: Register, policy: Policy, revision: Revision | None, target: Path, cache: Path | None = None) -> Built:
    """Builds the site of a sound register into `target`, staged in `cache`. Raises BuildError and OSError; the old site then stays as it was."""
    started = time.monotonic()
    if not (PACKAGE / "assets" / "manifest.json").is_file():
        raise BuildError("assets")
    cache = cache or make_cache(register.root)
    with _alone(cache):
        return _build(register, policy, revision, target, cache, started)


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Builds of one register wait for each other: they share the staging folders and the site."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(register: Register, policy: Policy, revision: Revision | None, target: Path, cache: Path, started: float) -> Built:
    findings = tuple(run_checks(register, policy.today))
    readers = {lang: Reader(register, policy, lang, revision, findings) for lang in _languages(register)}
    stagings = {lang: cache / f"staging-{lang}" for lang in readers}
    for lang, reader in readers.items():
        stage(register.root, reader, stagings[lang])
    render(stagings)
    files: dict[str, bytes] = {}
    for number, (lang, reader) in enumerate(readers.items()):
        folder = "" if number == 0 else f"{lang}/"
        files |= {folder + path: content for path, content in _language_files(reader, stagings[lang].with_suffix(".shells"), readers, folder)}
    written = publish(target, files)
    return Built(sum(path.endswith(".html") for path in files), written, time.monotonic() - started)


def _languages(register: Register) -> list[Lang]:
    """The register's languages, the first one at the root of the site."""
    wanted = register.settings.get("languages", list(LANGS))
    return [lang for lang in LANGS if lang in wanted] or list(LANGS)


def _language_files(reader: Reader, shells: Path, readers: dict[Lang, Reader], folder: str) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of everything that one language serves."""
    links = _Links(list(readers), reader.lang, folder)
    rendered: dict[str, Shell] = {}
    for path in sorted(path for path in shells.rglob("*") if path.is_file()):
        name = path.relative_to(shells).as_posix()
        if name in _NOT_SERVED:
            continue
        if name.endswith(".html"):
            rendered[name] = Shell.read(path)
        elif name == "search/search_index.json":
            yield name, search.with_records(path.read_bytes(), reader)
        else:
            yield name, path.read_bytes()
    generated = set()
    for page in pages.all_pages(reader):
        generated.add(page.path)
        yield page.path, links.mend(page.path, rendered[page.shell].stamp(page.title, page.body), reader)
    for name, shell in rendered.items():
        if name not in generated:
            yield name, links.mend(name, shell.text, reader)
    for name, text in pages.rows_files(reader):
        yield name, text.encode("utf-8")
    yield from agenda.files(reader)


@dataclass(frozen=True, slots=True)
class _Links:
    """Points the language switch of every page to the same page in the other language, and puts the banner in."""

    languages: list[Lang]
    lang: Lang
    folder: str

    def mend(self, page: str, text: str, reader: Reader) -> bytes:
        for number, other in enumerate(self.languages):
            place = page if number == 0 else f"{other}/{page}"
            text = text.replace(f'"{OTHER_LANGUAGE}/{other}"', f'"{relative(self.folder + page, place)}" lang="{other}"')
        return text.replace(BANNER, pages.banner(reader, page)).encode("utf-8")
