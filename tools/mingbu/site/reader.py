"""What one language's pages are made from: the sound register, the policy of today, and where pages stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from mingbu import approvals, derived, display, labels
from mingbu.findings import Finding
from mingbu.labels import Lang
from mingbu.register import Policy, Record, Register
from mingbu.register.revision import Revision
from mingbu.schema.kinds import Field, Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """One shown value."""

    text: str
    shape: str = "text"
    lang: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Reader:
    """The register as the readers of one language see it. Everything on a page comes through here."""

    register: Register
    policy: Policy
    lang: Lang
    revision: Revision | None
    findings: tuple[Finding, ...] = ()
    """What check finds in the register today."""

    def word(self, key: str, /, **args: object) -> str:
        return labels.word(key, self.lang, **args)

    def pick(self, pair: tuple[str, str] | list[str]) -> str:
        return labels.pick(pair, self.lang)

    def value(self, record: Record, pointer: str) -> Any:
        return derived.value_of(self.register, self.policy, record, pointer)

    def shown(self, field: Field, value: Any) -> str:
        return display.shown(self.register, field, value, self.lang)

    def label(self, kind: str, pointer: str, code: str | None = None) -> str:
        """The label of a field, or of one of its codes, for a kind's own template; the key itself where there is none."""
        known = self.register.schemas.kinds.get(kind)
        field = known.by_pointer.get(pointer) if known else None
        if field is None:
            return self.pick(known.title) if known and not pointer else code or pointer
        return self.pick(field.title) if code is None else self.pick(field.node.get("x-enum", {}).get(code, (code, code)))

    def step(self, kind: str, name: str) -> str:
        """The title of an approval step."""
        line = approvals.line_of(self.policy, kind, name)
        return self.pick((line["title"], line["title_en"])) if line else name

    def lang_of(self, field: Field) -> str | None:
        """'zh' where an English page shows a value as it is, so that it is read out and broken as Chinese."""
        return "zh" if self.lang == "en" and not display.is_ours(field) and not field.key.endswith("_en") else None

    def foreign(self, text: str) -> str | None:
        """'zh' where an English page shows a text that somebody wrote in Chinese."""
        return "zh" if self.lang == "en" and _CHINESE.search(text) else None

    def marked(self, text: str) -> Markup:
        """A title in which names may stand; on an English page each Chinese run is marked as such."""
        if self.lang != "en":
            return escape(text)
        parts = (Markup('<span lang="zh">{}</span>').format(part) if _CHINESE.match(part) else escape(part) for part in _RUNS.split(text))
        return Markup("").join(parts)

    def name(self, record: Record) -> str:
        """What people call the record, in English where the record itself says it."""
        return display.name(self.register, record.id, self.lang)

    def name_lang(self, record: Record) -> str | None:
        return "zh" if self.lang == "en" and self.name(record) == self.register.name_of(record.id) else None

    def kinds(self) -> list[Kind]:
        """The kinds that have pages, in the order of the navigation."""
        groups = list(self.groups())
        kinds = [kind for kind in self.register.schemas.kinds.values() if kind.prefix]
        return sorted(kinds, key=lambda kind: (groups.index(kind.spec["group"]), kind.spec.get("order", 50), kind.name))

    def groups(self) -> dict[str, str]:
        """Group → its label: those of the code list, then any other that a kind names, under its own name."""
        codes = self.register.schemas.codes["kind_group"]
        named = {str(kind.spec["group"]): str(kind.spec["group"]) for kind in self.register.schemas.kinds.values()}
        return {group: self.pick(pair) for group, pair in codes.items()} | {group: label for group, label in named.items() if group not in codes}

    def setting(self, key: str) -> int:
        """A number of the site policy in force; 0 without one, which check reports, or in one of before there was such a setting."""
        found = self.policy.in_force("site")
        return int(found.data.get(key, 0)) if found else 0


def record_page(record: Record) -> str:
    """customer/CUS-7K3QXM.html; the page of policy credit/2024-01-01 is policy-credit/2024-01-01.html."""
    return f"{record.kind.name}/{record.id.rpartition('/')[2]}.html"


def view_page(kind: Kind, view: str) -> str:
    return f"{kind.name}/{view}.html"


def group_page(kind: Kind, view: str, pointer: str, value: str) -> str:
    """The page of one group of a view: customer/classes-lifecycle-target.html."""
    safe = re.sub(r"[^A-Za-z0-9-]", lambda match: f"_{ord(match.group()):x}", value)
    return f"{kind.name}/{view}-{pointer.strip('/').replace('/', '-').replace('_', '-')}-{safe}.html"


def relative(page: str, target: str) -> str:
    """The link from one page of the site to another."""
    folder = page[: page.rfind("/") + 1]
    return target.removeprefix(folder) if target.startswith(folder) else "../" * folder.count("/") + target


def edit_link(register: Register, path: str) -> str | None:
    """Where the git host lets people edit the file, or None without a host."""
    host = register.settings.get("git_host", {})
    pattern = _EDIT.get(host.get("kind", "none"))
    if pattern is None or not host.get("url"):
        return None
    return pattern.format(url=host["url"].rstrip("/"), branch=host.get("branch", "main"), path=path)


def commit_link(register: Register, commit: str) -> str | None:
    """Where the git host shows the commit, or None without a host."""
    host = register.settings.get("git_host", {})
    pattern = _COMMIT.get(host.get("kind", "none"))
    return pattern.format(url=host["url"].rstrip("/"), commit=commit) if pattern and host.get("url") else None


_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_RUNS = re.compile("([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)")
_COMMIT = {
    "github": "{url}/commit/{commit}",
    "gitea": "{url}/commit/{commit}",
    "forgejo": "{url}/commit/{commit}",
    "gitlab": "{url}/-/commit/{commit}",
}
_EDIT = {
    "github": "{url}/edit/{branch}/{path}",
    "gitea": "{url}/_edit/{branch}/{path}",
    "forgejo": "{url}/_edit/{branch}/{path}",
    "gitlab": "{url}/-/edit/{branch}/{path}",
}
