"""Records are written whole and committed alone: when a writer is killed, beside other writers, and beside what people have changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import building
from building import ACTIVE, PROSPECT, git
from mingbu.register.commit import CommitError, commit_files
from running import Command

CHANGED, NEW, GONE = "records/case/AA/CAS-AAAAAA.yml", "records/case/BB/CAS-BBBBBB.yml", 'records/q "é\n\\ü/*.yml'
OLD: dict[str, str | None] = {CHANGED: "name: 甲\n", NEW: None, GONE: "name: 乙\n"}
TEXTS: dict[str, str | None] = {CHANGED: "name: 丙\n", NEW: "name: 丁\n", GONE: None}
STAGED, EDITED, LOOSE = "records/staged.yml", "records/edited.yml", "records/loose.yml"

PRODUCT = ("new", "product", "--set", "/code=P-100", "--set", "/name=电极", "--set", "/category=耗材", "--set", "/unit=支", "--set", "/active=true")

DRIVER = """
import os, signal, sys
from pathlib import Path
import git
from mingbu.register import commit
from mingbu.repository import Repository

texts = eval(sys.argv[1])

def work(root, stop):
    passed = 0
    def stopping(act):
        def acting(*arguments, **options):
            nonlocal passed
            passed += 2
            if passed == stop:
                os.kill(os.getpid(), signal.SIGKILL)
            result = act(*arguments, **options)
            if passed + 1 == stop:
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return acting
    os.replace, os.unlink, Repository.run = stopping(os.replace), stopping(os.unlink), stopping(Repository.run)
    commit.commit_files(Path(root), texts, "改动")

for line in sys.stdin:
    root, stop = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        work(root, int(stop))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Git's settings of nobody in particular, with a name."""
    home = tmp_path_factory.mktemp("home")
    (home / "config").write_text("[user]\n\tname = 史一\n\temail = shi@qinglan.example\n", encoding="utf-8")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "config"))


def put(root: Path, texts: dict[str, str | None]) -> None:
    for path, text in texts.items():
        if text is not None:
            building.write_text(root, path, text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository in which somebody is at work: one change staged, one not, one file git doesn't know."""
    top = tmp_path / "register"
    put(top, OLD | {STAGED: "a: 1\n", EDITED: "a: 1\n", ".gitignore": ".mingbu-*.tmp\n"})
    git(tmp_path, "init", "-q", "-b", "main", "--template=", str(top))
    building.commit_all(top)
    put(top, {STAGED: "a: 2\n"})
    git(top, "add", STAGED)
    put(top, {EDITED: "a: 3\n", LOOSE: "a: 4\n"})
    return top


def at_head(root: Path, *paths: str) -> dict[str, str | None]:
    """path → text in the last commit."""
    asked = b"".join(os.fsencode(f"HEAD:./{path}") + b"\0" for path in paths)
    output = subprocess.run(["git", "cat-file", "--batch", "-z"], cwd=root, input=asked, capture_output=True, check=True).stdout.decode()
    found: dict[str, str | None] = {}
    for path in paths:
        missing = f"HEAD:./{path} missing\n"
        if output.startswith(missing):
            found[path], output = None, output.removeprefix(missing)
        else:
            head, _, rest = output.partition("\n")
            found[path] = rest.encode()[: int(head.split()[2])].decode()
            output = rest.removeprefix(f"{found[path]}\n")
    return found


def on_disk(root: Path, *paths: str) -> dict[str, str | None]:
    return {path: (root / path).read_text(encoding="utf-8") if (root / path).exists() else None for path in paths}


def assert_others_untouched(root: Path) -> None:
    assert at_head(root, STAGED, EDITED, LOOSE) == {STAGED: "a: 1\n", EDITED: "a: 1\n", LOOSE: None}
    assert on_disk(root, STAGED, EDITED, LOOSE) == {STAGED: "a: 2\n", EDITED: "a: 3\n", LOOSE: "a: 4\n"}
    assert git(root, "show", f":./{STAGED}") == "a: 2"
    assert git(root, "show", f":./{EDITED}") == "a: 1"


def assert_sound(root: Path) -> None:
    assert git(root, "fsck", "--strict", "--no-dangling") == ""
    assert list((root / ".git").rglob("*.lock")) == []


def status(root: Path) -> str:
    """What `git status` shows of the records."""
    return git(root, "status", "--porcelain", "--untracked-files=all", "--", "records")


def count(root: Path) -> int:
    return int(git(root, "rev-list", "--count", "HEAD"))


def test_exactly_these_files_are_committed(root: Path) -> None:
    before = git(root, "rev-parse", "HEAD")

    new = commit_files(root, TEXTS, "改动 “甲”\n\n两行")

    assert new == git(root, "rev-parse", "main")
    assert git(root, "log", "-1", "--format=%P %an %ce %s|%b") == f"{before} 史一 shi@qinglan.example 改动 “甲”|两行"
    assert git(root, "log", "-g", "-1", "--format=%gs") == "commit: 改动 “甲”"
    assert at_head(root, *TEXTS) == on_disk(root, *TEXTS) == TEXTS
    assert git(root, "diff", "--name-only", "HEAD^", "HEAD", "--", ":(exclude)records/case", ":(exclude)records/q*") == ""
    assert_others_untouched(root)
    assert {line.strip() for line in status(root).splitlines()} == {"M records/edited.yml", "?? records/loose.yml", "M  records/staged.yml"}
    assert_sound(root)


def test_an_author_may_be_another_than_the_committer(root: Path) -> None:
    commit_files(root, TEXTS, "改动", author=("林知秋", "lin@qinglan.example"))

    assert git(root, "log", "-1", "--format=%an %ae %cn") == "林知秋 lin@qinglan.example 史一"


def test_what_is_committed_already_makes_no_second_commit(root: Path) -> None:
    assert commit_files(root, TEXTS, "改动") == commit_files(root, TEXTS, "改动")
    assert count(root) == 2


def test_a_writer_killed_anywhere_leaves_whole_files_and_a_whole_commit(root: Path, tmp_path: Path) -> None:
    """SIGKILL before and after each step that changes anything or asks git, until the work gets done."""
    command = [sys.executable, "-c", DRIVER, repr(TEXTS)]
    seen: set[tuple[bool, bool]] = set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdin and driver.stdout
        for stop in range(2, 200):
            copy = tmp_path / f"{stop}"
            shutil.copytree(root, copy)
            print(f"{copy}\t{stop}", file=driver.stdin, flush=True)
            status = int(driver.stdout.readline())
            files, head = on_disk(copy, *TEXTS), at_head(copy, *TEXTS)
            assert all(files[path] in (OLD[path], TEXTS[path]) for path in TEXTS), stop
            assert head in (OLD, TEXTS), stop
            assert head == OLD or files == TEXTS, stop
            assert_others_untouched(copy)
            assert_sound(copy)
            seen.add((files == TEXTS, head == TEXTS))
            if status == 0:
                break
            assert status == -9
            assert_goes_on(copy, by_hand=stop % 4 == 0)
            shutil.rmtree(copy)
        driver.stdin.close()
    assert stop > 30
    assert head == TEXTS
    assert seen == {(False, False), (True, False), (True, True)}


def assert_goes_on(root: Path, *, by_hand: bool) -> None:
    """After a kill the same work can be done again, or be committed with git as people know it."""
    if by_hand:
        ours = ("--", "records", ":(exclude,glob)records/*.yml")
        git(root, "add", "-A", *ours)
        git(root, "commit", "-q", "--allow-empty", "-m", "手工", *ours)
        assert at_head(root, *TEXTS) == on_disk(root, *TEXTS)
    else:
        commit_files(root, TEXTS, "再来")
        assert at_head(root, *TEXTS) == on_disk(root, *TEXTS) == TEXTS
    assert ".tmp" not in git(root, "ls-files")
    assert_others_untouched(root)


def test_the_commits_of_four_writers_in_one_work_tree_all_land(root: Path) -> None:
    """Few of these would land with `git commit`, whose lock on the index makes the others fail."""
    work = "import sys\nfrom pathlib import Path\nfrom mingbu.register.commit import commit_files\n"
    work += "for n in range(12):\n    commit_files(Path('.'), {f'records/{sys.argv[1]}-{n}.yml': 'a: 1\\n'}, f'{sys.argv[1]}-{n}', patience=60)\n"
    writers = [subprocess.Popen([sys.executable, "-c", work, name], cwd=root) for name in "abcd"]

    assert [writer.wait() for writer in writers] == [0] * 4
    assert sorted(git(root, "log", "--format=%s", "-48").splitlines()) == sorted(f"{name}-{n}" for name in "abcd" for n in range(12))
    assert count(root) == 49
    assert git(root, "rev-list", "--merges", "HEAD") == ""
    assert_others_untouched(root)
    assert len(git(root, "status", "--porcelain").splitlines()) == 3
    assert_sound(root)


def test_four_people_make_records_at_once(register_root: Path) -> None:
    def make(number: int) -> list[subprocess.CompletedProcess[str]]:
        command = [sys.executable, "-m", "mingbu", *PRODUCT, "--commit"]
        own = [(f"--set=/code=P-{number}{turn}", f"--set=/name=电极{number}{turn}") for turn in range(2)]
        return [subprocess.run([*command, *values], cwd=register_root, capture_output=True, text=True, check=False) for values in own]

    with ThreadPoolExecutor(4) as pool:
        done = [run for runs in pool.map(make, range(4)) for run in runs]

    assert [(run.returncode, run.stderr) for run in done if run.returncode] == []
    assert count(register_root) == 9
    assert git(register_root, "rev-list", "--merges", "HEAD") == ""
    assert status(register_root) == ""
    codes = [path.read_text(encoding="utf-8").partition("code: ")[2].partition("\n")[0] for path in register_root.glob("records/product/*/*.yml")]
    assert sorted(codes) == sorted(["P-1", *(f"P-{number}{turn}" for number in range(4) for turn in range(2))])


@pytest.fixture
def committing_meanwhile(root: Path) -> Iterator[None]:
    """Git calls this program whenever it has written an index: in the given turn somebody else commits."""
    hook = building.write_text(root, ".git/hooks/post-index-change", "#!/bin/sh\n" + MEANWHILE)
    hook.chmod(0o755)
    yield
    assert (root / ".git" / "turn-0").exists()


MEANWHILE = """
[ -e "$GIT_DIR/meanwhile" ] || GIT_DIR=.git
turn=$(cat $GIT_DIR/turn); turn=$((turn - 1)); echo $turn > $GIT_DIR/turn
[ $turn = 0 ] || exit 0
touch $GIT_DIR/turn-0
export GIT_INDEX_FILE=$PWD/.git/other-index
git read-tree HEAD
blob=$(echo "name: 别人" | git hash-object -w --stdin)
git update-index --add --cacheinfo "100644,$blob,$(cat .git/meanwhile)"
git update-ref HEAD $(git commit-tree -p HEAD -m 别人 $(git write-tree))
"""


@pytest.mark.usefixtures("committing_meanwhile")
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_commit_lands_on_top_of_one_that_was_faster(root: Path, turn: int) -> None:
    put(root / ".git", {"turn": f"{turn}\n", "meanwhile": "records/other.yml"})

    commit_files(root, TEXTS, "改动")

    assert git(root, "log", "--format=%s").splitlines() == ["改动", "别人", "Sample"]
    assert at_head(root, *TEXTS, "records/other.yml") == {**TEXTS, "records/other.yml": "name: 别人\n"}


@pytest.mark.usefixtures("committing_meanwhile")
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_file_that_somebody_commits_meanwhile_is_not_overwritten_in_history(root: Path, turn: int) -> None:
    put(root / ".git", {"turn": f"{turn}\n", "meanwhile": CHANGED})

    with pytest.raises(CommitError) as error:
        commit_files(root, TEXTS, "改动")

    assert (error.value.key, error.value.paths) == ("commit.moved", (CHANGED,))
    assert git(root, "log", "--format=%s").splitlines() == ["别人", "Sample"]
    assert on_disk(root, *TEXTS) == TEXTS


def test_a_lock_of_another_process_is_named_and_stays(register_root: Path, mingbu: Command) -> None:
    lock = building.write_text(register_root, ".git/index.lock", "")

    result = mingbu("merge", ACTIVE, PROSPECT, "--commit")

    assert (result.status, len(result.err.splitlines())) == (1, 1)
    assert f"锁文件 {lock} 一直在" in result.err
    assert lock.exists()
    assert count(register_root) == 1
    lock.unlink()
    assert f"merged_into: {PROSPECT}" in (register_root / f"records/customer/00/{ACTIVE}.yml").read_text(encoding="utf-8")
    git(register_root, "commit", "-q", "-a", "-m", "手工")
    assert status(register_root) == ""


def test_commit_hooks_are_not_run_and_one_that_guards_branches_is_heard(root: Path) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        hook = building.write_text(root, f".git/hooks/{name}", f"#!/bin/sh\ntouch .git/{name}-ran\nexit 1\n")
        hook.chmod(0o755)

    with pytest.raises(CommitError) as error:
        commit_files(root, TEXTS, "改动")

    assert (error.value.key, error.value.paths) == ("commit.git-written", tuple(TEXTS))
    assert [path.name for path in (root / ".git").glob("*-ran")] == ["reference-transaction-ran"]
    assert (on_disk(root, *TEXTS), count(root)) == (TEXTS, 1)


def edit(root: Path) -> None:
    put(root, {CHANGED: "name: 有人\n"})


def edit_and_stage(root: Path) -> None:
    edit(root)
    git(root, "add", CHANGED)


def stage_and_take_back(root: Path) -> None:
    edit_and_stage(root)
    put(root, OLD)


def delete(root: Path) -> None:
    (root / CHANGED).unlink()


def conflict(root: Path) -> None:
    blob = git(root, "rev-parse", f"HEAD:{CHANGED}")
    listed = f"0 {'0' * 40}\t{CHANGED}\n" + "".join(f"100644 {blob} {stage}\t{CHANGED}\n" for stage in (1, 2, 3))
    subprocess.run(["git", "update-index", "--index-info"], cwd=root, input=listed, text=True, check=True)


@pytest.mark.parametrize("somebody", [edit, edit_and_stage, stage_and_take_back, delete, conflict])
def test_a_change_that_somebody_has_not_committed_is_left_alone(root: Path, somebody: object) -> None:
    assert callable(somebody)
    somebody(root)
    state, files = git(root, "status", "--porcelain"), on_disk(root, *TEXTS)

    with pytest.raises(CommitError) as error:
        commit_files(root, TEXTS, "改动")

    assert (error.value.key, error.value.paths) == ("commit.dirty", (CHANGED,))
    assert (git(root, "status", "--porcelain"), on_disk(root, *TEXTS), count(root)) == (state, files, 1)


def test_a_change_that_is_the_same_is_no_obstacle(root: Path) -> None:
    put(root, TEXTS)
    git(root, "add", NEW)

    commit_files(root, TEXTS, "改动")

    assert at_head(root, *TEXTS) == TEXTS


@pytest.mark.parametrize("path", ["../out.yml", "/tmp/out.yml", ".git/config", "link/a.yml", "link", "records"])
def test_nothing_is_written_outside_or_through_a_link(root: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    config = (root / ".git" / "config").read_text(encoding="utf-8")

    with pytest.raises(CommitError) as error:
        commit_files(root, {CHANGED: "name: 丙\n", path: "a: 1\n"}, "改动")

    assert (error.value.key, error.value.paths) == ("commit.place", (path,))
    assert on_disk(root, *OLD) == OLD
    assert list((tmp_path / "elsewhere").iterdir()) == [] and not (tmp_path / "out.yml").exists()
    assert (root / ".git" / "config").read_text(encoding="utf-8") == config


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "trunk")

    new = commit_files(tmp_path, {NEW: "name: 丁\n"}, "第一次")

    assert git(tmp_path, "log", "--format=%H %P%s", "trunk") == f"{new} 第一次"
    assert at_head(tmp_path, NEW) == {NEW: "name: 丁\n"}
    assert git(tmp_path, "status", "--porcelain") == ""


def test_a_detached_head_moves_and_no_branch(root: Path) -> None:
    git(root, "checkout", "-q", "--detach")
    before = git(root, "rev-parse", "main")

    new = commit_files(root, TEXTS, "改动")

    assert (git(root, "rev-parse", "HEAD"), git(root, "rev-parse", "main")) == (new, before)
    assert at_head(root, *TEXTS) == TEXTS


def test_a_register_below_the_top_of_its_repository(tmp_path: Path) -> None:
    below = tmp_path / "top" / 'sub "é'
    put(below, OLD)
    put(tmp_path / "top", {CHANGED: "name: 顶层\n"})
    building.commit(tmp_path / "top")

    commit_files(below, TEXTS, "改动")

    assert at_head(below, *TEXTS) == on_disk(below, *TEXTS) == TEXTS
    assert git(tmp_path / "top", "show", f"HEAD:{CHANGED}") == "name: 顶层"
    assert git(tmp_path / "top", "status", "--porcelain") == ""


def test_a_linked_work_tree_commits_to_its_own_branch(root: Path, tmp_path: Path) -> None:
    before, state = git(root, "rev-parse", "main"), git(root, "status", "--porcelain")
    git(root, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))

    new = commit_files(tmp_path / "side", TEXTS, "改动")

    assert (git(root, "rev-parse", "side"), git(root, "rev-parse", "main")) == (new, before)
    assert git(tmp_path / "side", "status", "--porcelain") == ""
    assert git(root, "status", "--porcelain") == state


@pytest.mark.parametrize(("lang", "subject"), [("zh", "新建商品 {} 电极"), ("en", "New Product {} 电极")])
def test_a_new_record_is_committed_with_words_that_say_what_it_is(register_root: Path, mingbu: Command, lang: str, subject: str) -> None:
    result = mingbu("--lang", lang, *PRODUCT, "--commit")

    [path] = git(register_root, "show", "--format=", "--name-only", "HEAD").splitlines()
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[0].split()[-1] == git(register_root, "rev-parse", "HEAD")[:12]
    assert git(register_root, "log", "-1", "--format=%s") == subject.format(Path(path).stem)
    assert status(register_root) == ""


def test_a_merge_is_one_commit(register_root: Path, mingbu: Command) -> None:
    result = mingbu("merge", ACTIVE, PROSPECT, "--commit")

    assert result.status == 0
    assert git(register_root, "log", "-1", "--format=%s") == f"合并 {ACTIVE} 松墨阀门，并入 {PROSPECT} 云栖电机"
    assert git(register_root, "show", "--format=", "--name-only", "HEAD").splitlines() == result.out.splitlines()[:-2]
    assert status(register_root) == ""


def test_formatting_is_one_commit_with_the_message_that_was_given(register_root: Path, mingbu: Command) -> None:
    for name in ("product/00/PRD-000001", "case/00/CAS-000001"):
        path = register_root / f"records/{name}.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("name: ", "name:   "), encoding="utf-8")
    building.commit_all(register_root)

    assert mingbu("fmt", "records/product", "--commit", "-m", "整理商品").status == 0

    assert git(register_root, "log", "-1", "--format=%s") == "整理商品"
    assert git(register_root, "show", "--format=", "--name-only", "HEAD") == "records/product/00/PRD-000001.yml"
    assert mingbu("fmt", "--check").out == "records/case/00/CAS-000001.yml\n"


def test_formatting_leaves_a_record_alone_that_somebody_is_editing(register_root: Path, mingbu: Command) -> None:
    path = register_root / "records/product/00/PRD-000001.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: ", "name:   "), encoding="utf-8")
    before = path.read_bytes()

    result = mingbu("fmt", "--commit")

    assert result.status == 1
    assert "没有写入：records/product/00/PRD-000001.yml 另有尚未提交的改动" in result.err
    assert (path.read_bytes(), count(register_root)) == (before, 1)


@pytest.mark.parametrize("options", [["-m", "x"], ["--commit", "-m", "  "], ["--commit", "-m", "\udcff"]])
def test_a_message_that_cannot_be_used_is_refused_before_anything_is_written(register_root: Path, mingbu: Command, options: list[str]) -> None:
    result = mingbu(*PRODUCT, *options)

    assert (result.status, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert status(register_root) == ""


def test_without_a_name_git_commits_nothing_and_the_two_commands_are_named(
    register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    result = mingbu(*PRODUCT, "--commit")

    assert (result.status, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert "git config user.name" in result.err and "git config user.email" in result.err
    assert (status(register_root), count(register_root)) == ("", 1)


def test_without_a_repository_nothing_is_written(register_root: Path, mingbu: Command) -> None:
    shutil.rmtree(register_root / ".git")
    before = building.count(register_root)

    result = mingbu(*PRODUCT, "--commit")

    assert (result.status, building.count(register_root)) == (2, before)
    assert "git init" in result.err


def test_what_is_not_committed_is_said_in_one_line_by_commands_that_write(register_root: Path, mingbu: Command) -> None:
    leftover = building.write_text(register_root, "records/product/00/.mingbu-abc123.tmp", "half")
    for number in range(2, 6):
        building.write(register_root, "product", id=f"PRD-00000{number}", code=f"P-{number}")

    said = mingbu(*PRODUCT, "--commit").err
    names = "、".join(f"records/product/00/PRD-00000{number}.yml" for number in (2, 3, 4))

    assert said.splitlines() == [
        f"mingbu: 有 4 份记录的改动尚未提交：{names} 等；有 1 个写入中断留下的临时文件，没有别的 mingbu 在运行时可以删除："
        "records/product/00/.mingbu-abc123.tmp"
    ]
    assert len(status(register_root).splitlines()) == 5
    assert leftover.exists()
    for reading in (("list", "product"), ("merge", ACTIVE, PROSPECT, "--dry-run"), ("fmt", "--check")):
        assert "尚未提交" not in mingbu(*reading).err


def test_a_leftover_is_no_finding_unless_it_was_committed(register_root: Path, mingbu: Command) -> None:
    before = mingbu("check", "--format", "json").findings
    for folder in ("", "product/", "product/00/", "policy/", "policy/credit/", "approval/"):
        building.write_text(register_root, f"records/{folder}.mingbu-abc123.tmp", "half")
    assert mingbu("check", "--format", "json").findings == before

    git(register_root, "add", "-f", "records/product/00/.mingbu-abc123.tmp")

    assert mingbu("check", "--format", "json").codes.count("file.name") == 1
