"""Shells: the pages that MkDocs renders for us, cut where a generated body goes. Cached by what goes in."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mingbu.labels import Lang, pick
from mingbu.site import plan
from mingbu.site.reader import Reader

PACKAGE = Path(__file__).parent
BANNER = "<!--mingbu:banner-->"
OTHER_LANGUAGE = "https://mingbu.invalid/other-language"
_BODY = re.compile(r'(<article class="md-content__inner md-typeset">).*?(</article>)', re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_NEIGHBOURS = re.compile(r'\s*<link rel="(?:prev|next)"[^>]*>')
# Material asks for a sitemap at each of these; the switch in the header has the links that people use.
_ALTERNATES = re.compile(r'\s*<link rel="alternate"[^>]*>')


class BuildError(Exception):
    """The site can't be built; the text says why, in one line."""


@dataclass(frozen=True)
class Shell:
    """One rendered page, cut into the parts around title and body."""

    text: str

    @classmethod
    def read(cls, path: Path) -> Shell:
        return cls(_ALTERNATES.sub("", path.read_text(encoding="utf-8")))

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """Before the title, between title and body, after the body."""
        title, body = _TITLE.search(self.text), _BODY.search(self.text)
        if title is None or body is None:
            raise BuildError("shell")
        head = _NEIGHBOURS.sub("", self.text[: title.start()])
        middle = _NEIGHBOURS.sub("", self.text[title.end() : body.end(1)])
        return head, middle, self.text[body.start(2) :]

    def stamp(self, title: str, body: str) -> str:
        """The page with this title (plain text) and this body (HTML)."""
        head, middle, tail = self.parts
        return f"{head}<title>{html.escape(title)}</title>{middle}\n{body}\n{tail}"


def stage(root: Path, reader: Reader, folder: Path) -> None:
    """Lays out what MkDocs reads for one language: its configuration, hand-written pages, empty generated pages, assets."""
    shutil.rmtree(folder, ignore_errors=True)
    docs = folder / "docs"
    written = root / "docs" / reader.lang
    shutil.copytree(written, docs) if written.is_dir() else docs.mkdir(parents=True)
    for page, title in plan.shell_pages(reader).items():
        stub = docs / page.replace(".html", ".md")
        stub.parent.mkdir(parents=True, exist_ok=True)
        hidden = ["toc", "navigation"] if page == "index.html" else ["toc"]
        front = json.dumps({"title": title, "hide": hidden, "search": {"exclude": True}}, ensure_ascii=False)
        stub.write_text(f"---\n{front}\n---\n\n# {_plain(title)} {{#top}}\n", encoding="utf-8")
    assets = docs / "assets" / "mingbu"
    assets.mkdir(parents=True)
    for source in (*sorted((PACKAGE / "static").iterdir()), *sorted((PACKAGE / "assets").iterdir())):
        shutil.copyfile(source, assets / source.name)
    (folder / "mkdocs.yml").write_text(json.dumps(_configuration(root, reader), ensure_ascii=False, indent=1), encoding="utf-8")


def _plain(title: str) -> str:
    """A title inside Markdown: every ASCII character that isn't a letter or digit as an entity."""
    return re.sub(r"[^A-Za-z0-9 \u0080-\U0010ffff]", lambda match: f"&#{ord(match.group())};", title)


def _configuration(root: Path, reader: Reader) -> dict[str, Any]:
    """mkdocs.yml of the root with what differs by language. JSON is YAML, so MkDocs reads it as it is."""
    import yaml

    source = root / "mkdocs.yml"
    try:
        base: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BuildError(f"{source}: {getattr(error, 'strerror', None) or getattr(error, 'problem', None) or '?'}") from None
    settings = reader.register.settings
    name = settings.get("name_en" if reader.lang == "en" else "name", "mingbu")
    theme = {**base["theme"], "language": reader.lang, "custom_dir": str(PACKAGE / "theme")}
    theme["palette"] = [_translated(reader, scheme) for scheme in base["theme"]["palette"]]
    return base | {
        "site_name": name,
        "docs_dir": "docs",
        "site_dir": "shells",
        "nav": plan.navigation(reader),
        "theme": theme,
        "extra": {**base.get("extra", {}), "alternate": _alternate(reader)},
    }


def _translated(reader: Reader, scheme: Mapping[str, Any]) -> dict[str, Any]:
    """A palette entry whose button is named in the page's language."""
    name = reader.word(f"theme.{scheme['toggle']['name']}")
    return {**scheme, "toggle": {**scheme["toggle"], "name": name}}


def _alternate(reader: Reader) -> list[dict[str, str]]:
    languages: list[Lang] = [lang for lang in ("zh", "en") if lang in reader.register.settings.get("languages", ["zh", "en"])]
    if len(languages) < 2:
        return []
    names = reader.register.schemas.kinds["register"].by_pointer["/languages/*"].node["x-enum"]
    return [{"name": pick(names[lang], lang), "lang": lang, "link": f"{OTHER_LANGUAGE}/{lang}"} for lang in languages]


def render(stagings: Mapping[Lang, Path]) -> None:
    """Runs MkDocs for every language whose staging changed since its shells were rendered."""
    with ThreadPoolExecutor(len(stagings)) as pool:
        list(pool.map(_render_one, stagings.values()))


def _render_one(folder: Path) -> None:
    key, keep = _digest(folder), folder.with_suffix(".shells")
    stamp = keep / ".digest"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == key:
        return
    environment = os.environ | {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file", str(folder / "mkdocs.yml")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "WARNING" in line or "ERROR" in line or "Error" in line]
        raise BuildError((lines or done.stderr.splitlines() or ["?"])[0].strip()[:300])
    shutil.rmtree(keep, ignore_errors=True)
    (folder / "shells").rename(keep)
    stamp.write_text(key, encoding="ascii")


def _digest(folder: Path) -> str:
    """Over every staged file, the theme and the versions of what renders them."""
    digest = hashlib.sha256(f"{version('mkdocs')} {version('mkdocs-material')} {version('mingbu')}".encode())
    for base in (folder, PACKAGE / "theme"):
        for path in sorted(path for path in base.rglob("*") if path.is_file()):
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
