"""--as-of: the register as it was says the same, byte for byte, as a checkout of that commit on its day."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import building
from mingbu.repository import cache_of
from running import Command, Result

TIMES = ("2026-03-10T09:00:00+08:00", "2026-06-30T23:59:59+08:00", "2026-09-01T00:00:00+08:00")
DAYS = tuple(time[:10] for time in TIMES)
COMMANDS = (
    ("check",),
    ("check", "--format", "json"),
    ("check", "--strict", "--format", "github"),
    ("list", "customer"),
    ("list", "customer", "--format", "json", "--columns", "short_name,credit_limit,credit_grade,completeness"),
    ("show", building.ACTIVE),
    ("show", building.ACTIVE, "--format", "json"),
    ("show", "CUS-000009"),
    ("report", "completeness", "--format", "json"),
    ("report", "potential"),
    ("complete",),
    ("dedupe",),
    ("trace",),
    ("trace", "--format", "json"),
    ("consent", building.ACTIVE, "--category", "basic", "--recipient", building.COMPANY, "--purpose", "marketing"),
)
CASE = "# expect: 1 schema.required /x B12\nschema: customer/1\n"


@dataclass(frozen=True)
class Past:
    """A register with three commits."""

    root: Path
    commits: list[str]


def commit(root: Path, time: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GIT_COMMITTER_DATE", time)
    return building.commit_all(root)


@pytest.fixture
def past(register_root: Path, monkeypatch: pytest.MonkeyPatch) -> Past:
    """Sound; then with a limit, a broken file, another label and a test; then with one more customer and another policy."""
    shutil.rmtree(register_root / ".git")
    building.git(register_root, "init", "-q", "-b", "main")
    building.write_text(register_root, ".gitignore", "/site\n/.site.versions/\n")
    commits = [commit(register_root, TIMES[0], monkeypatch)]
    building.edit(register_root, "credit-decision", building.DECISION, approved_limit="123456.00")
    building.write_text(register_root, "records/person/00/PER-000003.yml", "name: [\n")
    schema = (register_root / "schemas/customer.yml").read_text(encoding="utf-8")
    building.write_text(register_root, "schemas/customer.yml", schema.replace("title: 客户简称", "title: 旧称"))
    building.write_text(register_root, "tests/cases/customer/bad/own.yml", CASE)
    commits.append(commit(register_root, TIMES[1], monkeypatch))
    building.write(register_root, "customer", id="CUS-000009", legal_name="汀洲泵业有限公司", short_name="汀洲泵业", uscc="91330106FAKE00098F")
    building.write(register_root, "policy-credit", effective_from="2026-08-01")
    (register_root / "records/product/00/PRD-000001.yml").unlink()
    commits.append(commit(register_root, TIMES[2], monkeypatch))
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    return Past(register_root, commits)


Checkout = Callable[[Path, str], Path]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Makes a checkout of a commit; where its register lies."""

    def make(repository: Path, commit: str) -> Path:
        folder = tmp_path / f"checkout-{commit[:12]}"
        building.git(tmp_path, "clone", "-q", "--no-checkout", str(repository), str(folder))
        building.git(folder, "checkout", "-q", "--detach", commit)
        return folder

    return make


def same(one: Result, root: Path, other: Result, other_root: Path) -> bool:
    def plain(result: Result, at: Path) -> tuple[int, str, str]:
        return result.status, result.out.replace(str(at), "ROOT"), result.err.replace(str(at), "ROOT")

    assert plain(one, root) == plain(other, other_root)
    return True


@pytest.mark.parametrize("number", range(3))
def test_commands_say_the_same_as_in_a_checkout_on_that_day(number: int, past: Past, checkout: Checkout, mingbu: Command) -> None:
    there = checkout(past.root, past.commits[number])
    moments = (past.commits[number], DAYS[number], TIMES[number])
    for place, arguments in enumerate(COMMANDS):
        seen = mingbu(*arguments, "--as-of", moments[place % 3])
        assert same(seen, past.root, mingbu("-C", str(there), "--on", DAYS[number], *arguments), there)

    assert mingbu("show", building.ACTIVE, "--as-of", DAYS[number], "--format", "json").json["commit"] == past.commits[number]


def test_the_commits_differ_in_what_they_show(past: Past, mingbu: Command) -> None:
    """Otherwise the comparison with checkouts would prove little."""
    for arguments in (("check",), ("show", building.ACTIVE), ("trace", "--format", "json"), ("list", "customer")):
        assert len({mingbu(*arguments, "--as-of", commit).out for commit in past.commits}) >= 2, arguments
    assert "旧称" in mingbu("list", "customer", "--as-of", DAYS[1]).out
    assert "旧称" not in mingbu("list", "customer", "--as-of", DAYS[0]).out


def test_a_clock_that_is_none_stops_nothing(past: Past, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    building.write_text(past.root, "note.txt", "x")
    commit(past.root, "@300000000000 +0000", monkeypatch)

    assert mingbu("check", "--as-of", "HEAD", "--format", "json").json["on"] == "9999-12-31"
    assert mingbu("check", "--as-of", "2026-12-31", "--format", "json").json["commit"] == past.commits[2]


def test_on_overrules_the_day_of_the_moment(past: Past, mingbu: Command) -> None:
    assert mingbu("--as-of", past.commits[0], "check", "--format", "json").json["on"] == DAYS[0]
    assert mingbu("check", "--as-of", DAYS[1], "--format", "json").json["on"] == DAYS[1]
    assert mingbu("check", "--as-of=2026-07-31", "--format", "json").json["on"] == "2026-07-31"
    assert mingbu("--on", "2026-05-01", "check", "--as-of", DAYS[1], "--format", "json").json["on"] == "2026-05-01"


def test_a_date_means_its_end_in_china_and_the_main_line(past: Past, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(moment: str) -> str:
        return str(mingbu("check", "--format", "json", "--as-of", moment).json["commit"])

    assert at("2026-06-29") == past.commits[0]
    assert at("2026-06-30T23:59:58+08:00") == past.commits[0]
    assert at("2026-06-30") == at("2026-06-30T15:59:59Z") == at("2026-08-31") == past.commits[1]
    assert at("2026-09-01") == at("9999-12-31") == past.commits[2]
    building.git(past.root, "checkout", "-q", "-b", "side", past.commits[1])
    building.write_text(past.root, "note.txt", "x")
    side = commit(past.root, "2026-08-01T00:00:00+08:00", monkeypatch)
    assert at("2026-08-31") == past.commits[1], "no branch is named: main is the main line"
    host = building.fields("register", git_host={"kind": "none", "branch": "side"})
    building.write_text(past.root, "records/register.yml", building.yamlio.dump(host))
    assert at("2026-08-31") == past.commits[1], "what isn't committed doesn't count"
    commit(past.root, "2026-10-01T00:00:00+08:00", monkeypatch)
    assert at("2026-08-31") == side, "another branch is named"
    host = building.fields("register", git_host={"kind": "none", "branch": "main"})
    building.write_text(past.root, "records/register.yml", building.yamlio.dump(host))
    commit(past.root, "2026-10-02T00:00:00+08:00", monkeypatch)
    assert at("2026-08-31") == past.commits[1]
    building.git(past.root, "update-ref", "refs/remotes/origin/main", "main")
    building.git(past.root, "branch", "-q", "-D", "main")
    assert at("2026-12-31") == past.commits[2]
    building.git(past.root, "update-ref", "-d", "refs/remotes/origin/main")
    assert at("2026-08-31") == side
    assert at("side~2") == side


def test_what_came_in_by_a_merge_counts_from_the_merge(past: Past, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    building.git(past.root, "checkout", "-q", "-b", "side")
    building.edit(past.root, "customer", building.PROSPECT, short_name="云栖新名")
    commit(past.root, "2026-10-01T00:00:00+08:00", monkeypatch)
    building.git(past.root, "checkout", "-q", "main")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-01T00:00:00+08:00")
    building.git(past.root, "merge", "-q", "--no-ff", "-m", "Merge", "side")

    assert "云栖新名" not in mingbu("show", building.PROSPECT, "--as-of", "2026-10-15").out
    assert "云栖新名" in mingbu("show", building.PROSPECT, "--as-of", "2026-11-01").out


def _link(root: Path, path: str, target: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(target)


def hostile(root: Path) -> None:
    """What a register may not hold, as far as git can keep it."""
    sound = (root / "records/customer/00/CUS-000002.yml").read_text(encoding="utf-8")
    _link(root, "records/customer/00/CUS-00000A.yml", "CUS-000001.yml")
    _link(root, "records/customer/00/CUS-00000B.yml", "/etc/passwd")
    _link(root, "records/case/ZZ", "00")
    _link(root, "records/strange", "customer")
    building.write_text(root, "records/customer/00/CUS-00000C.yml", sound.replace(building.PROSPECT, "CUS-00000C")).chmod(0o755)
    building.write_text(root, "records/customer/00/CUS-00000D.yml", "a: [\n")
    building.write_text(root, "records/customer/00/CUS-00000E.yml", b"\xff\xfe\x00")
    building.write_text(root, "records/customer/00/CUS-00000F.yml", b"x" * 1_100_000)
    building.write_text(root, "records/customer/00/CUS-00000G.yml", b"x" * 70_000)
    building.write_text(root, "records/customer/01/CUS-000002.yml", sound)
    building.write_text(root, "records/customer/00/CUS-00000H.yml/inside.yml", sound)
    building.write_text(root, "records/customer/00/Cus-000002.yml", sound)
    building.write_text(root, "records/customer/00/notes\n::stop::.txt", "x")
    building.write_text(root, "records/customer/.gitattributes", "*.yml -diff\n")
    building.write_text(root, "records/customer/abc/CUS-00000J.yml", sound)
    building.write_text(root, "records/customer/loose.yml", sound)
    building.write_text(root, "records/unknown/00/X-000001.yml", sound)
    building.write_text(root, "records/policy/unknown/2024-01-01.yml", sound)
    building.write_text(root, "records/policy/credit/soon.yml", sound)
    building.write_text(root, "records/policy/.gitmodules", "")
    building.write_text(root, "records/approval/00/CUS-000001/other.yml", sound)
    (root / os.fsdecode(b"records/customer/00/\xff.yml")).write_bytes(b"x")
    building.git(root, "add", "-A", ".")
    for path in ("records/customer/00/CUS-00000K.yml", "records/customer/C7", "records/module"):
        building.git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")


def test_a_hostile_tree_is_judged_like_its_checkout(register_root: Path, checkout: Checkout, mingbu: Command) -> None:
    hostile(register_root)
    building.git(register_root, "commit", "-q", "-m", "Hostile")
    (register_root / "records/register.yml").unlink()
    _link(register_root, "records/register.yml", "customer/00/CUS-000001.yml")
    building.git(register_root, "add", "records/register.yml")
    building.git(register_root, "commit", "-q", "-m", "Without its own file")
    found: set[str] = set()
    for revision in ("HEAD~1", "HEAD"):
        there = checkout(register_root, building.git(register_root, "rev-parse", revision))
        for form in ("text", "json"):
            seen = mingbu("--on", building.TODAY, "check", "--as-of", revision, "--format", form)
            assert same(seen, register_root, mingbu("-C", str(there), "--on", building.TODAY, "check", "--format", form), there)
        found |= set(seen.codes)

    wanted = {"not-regular", "mode", "path", "name", "unknown-kind", "size"}
    assert {f"file.{code}" for code in wanted} | {"id.duplicate", "yaml.encoding"} <= found


def test_no_register_at_a_commit_is_refused_like_in_its_checkout(register_root: Path, checkout: Checkout, mingbu: Command) -> None:
    building.git(register_root, "rm", "-q", "-r", "schemas/customer.yml", "records/register.yml")
    building.git(register_root, "commit", "-q", "-m", "One schema less, and no file of its own")
    building.git(register_root, "rm", "-q", "-r", "schemas")
    building.git(register_root, "commit", "-q", "-m", "No schemas")
    building.git(register_root, "rm", "-q", "-r", "records")
    building.git(register_root, "commit", "-q", "--allow-empty", "-m", "Nothing")
    building.git(register_root, "commit", "-q", "--allow-empty", "-m", "Nothing either")

    for revision in ("HEAD~3", "HEAD~2", "HEAD~1"):
        there = checkout(register_root, building.git(register_root, "rev-parse", revision))
        for command in (["check"], ["list", "product"]):
            seen = mingbu("--on", building.TODAY, *command, "--as-of", revision)
            assert same(seen, register_root, mingbu("-C", str(there), "--on", building.TODAY, *command), there)


def test_what_is_edited_and_not_committed_stays_out(past: Past, mingbu: Command) -> None:
    before = {arguments: mingbu(*arguments, "--as-of", "HEAD") for arguments in COMMANDS}
    shutil.rmtree(cache_of(past.root))
    building.edit(past.root, "customer", building.ACTIVE, short_name="松墨改名")
    building.write(past.root, "product", id="PRD-000007", code="P-7", name="新泵")
    schema = past.root / "schemas" / "customer.yml"
    schema.write_text(schema.read_text(encoding="utf-8").replace("旧称", "新称"), encoding="utf-8")
    building.write_text(past.root, ".gitattributes", "*.yml text eol=crlf\n")
    building.write_text(past.root, "schemas/extra.yml", "x: [\n")
    building.git(past.root, "add", "-A")

    assert {arguments: mingbu(*arguments, "--as-of", "HEAD") for arguments in COMMANDS} == before
    written = cache_of(past.root) / "as-of" / past.commits[2] / "schemas" / "customer.yml"
    assert b"\r" not in written.read_bytes()


def test_a_register_below_the_top_of_its_repository(past: Past, tmp_path: Path, checkout: Checkout, mingbu: Command) -> None:
    top = tmp_path / "top"
    place = "办公 室/名簿"
    shutil.copytree(past.root, top / place, ignore=shutil.ignore_patterns(".git"))
    building.write_text(top, "schemas/customer.yml", "not ours: [")
    building.commit(top)
    there = checkout(top, "main") / place
    shutil.rmtree(top / place / "records")

    for arguments in COMMANDS:
        seen = mingbu("-C", str(top / place), "--on", building.TODAY, *arguments, "--as-of", "main")
        assert same(seen, top / place, mingbu("-C", str(there), "--on", building.TODAY, *arguments), there)


def test_compared_with_a_base_as_in_a_checkout(past: Past, checkout: Checkout, mingbu: Command) -> None:
    there = checkout(past.root, past.commits[2])
    building.git(past.root, "checkout", "-q", past.commits[0])
    building.edit(past.root, "customer", building.PROSPECT, status="suspended")

    seen = mingbu("check", "--as-of", past.commits[2], "--base", past.commits[0])
    assert same(seen, past.root, mingbu("-C", str(there), "--on", DAYS[2], "check", "--base", past.commits[0]), there)
    alone = mingbu("check", "--as-of", past.commits[2])
    assert alone.out != seen.out
    assert mingbu("check", "--as-of", past.commits[2], "--base", "nowhere").status == 2


def test_paths_are_those_of_the_commit(past: Past, mingbu: Command) -> None:
    building.git(past.root, "rm", "-q", "-r", "records/person")
    building.write_text(past.root, "records/person/00/PER-00000Z.yml", "")
    named = [mingbu("check", "--as-of", DAYS[1], path) for path in ("records/person", str(past.root / "records/person/00/PER-000003.yml"))]

    assert all("PER-000003.yml" in result.out for result in named)
    assert mingbu("check", "--as-of", DAYS[1], "records/person/00/PER-00000Z.yml").status == 2
    assert mingbu("check", "--as-of", DAYS[1], "records/perso").status == 2
    assert mingbu("check", "--as-of", DAYS[1], "..").status == 2
    assert mingbu("check", "--as-of", DAYS[1], ".").out == mingbu("check", "--as-of", DAYS[1]).out


def test_a_part_of_the_history_answers_revisions_and_no_dates(past: Past, tmp_path: Path, mingbu: Command) -> None:
    building.git(tmp_path, "clone", "-q", "--depth", "1", f"file://{past.root}", str(tmp_path / "part"))

    refused = mingbu("-C", str(tmp_path / "part"), "check", "--as-of", DAYS[1])
    assert (refused.status, refused.out) == (2, "")
    assert "git fetch --unshallow" in refused.err and refused.err.count("\n") == 1
    assert mingbu("-C", str(tmp_path / "part"), "list", "customer", "--as-of", "HEAD").status == 0


@pytest.mark.parametrize("moment", ["2026-03-09", "2026-03-10T08:59:59+08:00", "1900-01-01", "0001-01-01", "nowhere", "", "2026-02-30", "-x", "a\nb"])
def test_no_such_moment_is_refused_in_one_line(moment: str, past: Past, mingbu: Command) -> None:
    for lang in ("zh", "en"):
        refused = mingbu("list", "customer", f"--as-of={moment}", "--lang", lang)
        assert (refused.status, refused.out) == (2, "")
        assert refused.err.startswith("mingbu: ") and refused.err.count("\n") == 1


def test_without_git_there_is_no_past(register_root: Path, mingbu: Command) -> None:
    shutil.rmtree(register_root / ".git")

    refused = mingbu("check", "--as-of", "2026-11-20")
    assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1)


def test_the_other_commands_refuse_it(past: Past, mingbu: Command) -> None:
    for arguments in (["fmt"], ["new", "customer"], ["merge", building.ACTIVE, building.PROSPECT], ["schema"], ["codeowners"], ["serve"]):
        for line in ([*arguments, "--as-of", "HEAD"], ["--as-of=HEAD", *arguments]):
            refused = mingbu(*line)
            assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1), line
    assert mingbu("check", "--as-of", "HEAD", "--as-of", "HEAD~1").status == 2
    assert mingbu("check", "--as-of").status == 2


def test_what_a_killed_run_left_is_taken_away_and_only_the_newest_files_are_kept(past: Past, mingbu: Command) -> None:
    kept = cache_of(past.root) / "as-of"
    building.write_text(kept, ".half/schemas/customer.yml", "half")
    for number in range(12):
        (kept / f"{number:040d}").mkdir()
        os.utime(kept / f"{number:040d}", (number, number))

    assert mingbu("list", "customer", "--as-of", DAYS[0]).status == 0

    names = {path.name for path in kept.iterdir() if path.is_dir()}
    assert past.commits[0] in names and not (kept / ".half").exists()
    assert len(names) == 8
