"""The history: one pass and a cache, and yet always what git would say."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commits import IDS, Tree, repository, tangle
from mingbu.history import History, HistoryError, open_history
from mingbu.repository import RevisionError, cache_of

RECORD = "CUS-000001"
FILE = "records/customer/00/CUS-000001.yml"


def everything(history: History) -> dict[str, Any]:
    """All that a history answers."""
    places = range(history.length)
    return {
        "line": [history.main(place) for place in places],
        "revisions": {record: history.revisions(record) for record in IDS},
        "on line": {record: history.on_line(record) for record in IDS},
        "with": history.on_line_with("CUS-"),
        "standing": [history.standing("", place) for place in places],
        "blobs": {record: [history.blob(record, place) for place in places] for record in IDS},
        "names": history.names(""),
        "merges": history.merges(),
    }


def forget(tree: Tree) -> None:
    for file in cache_of(tree.root).glob("history-*"):
        file.unlink()


@pytest.mark.parametrize("seed", range(5))
def test_a_history_that_grew_is_the_same_as_one_read_at_once_and_as_it_stood_at_every_commit(tmp_path: Path, seed: int) -> None:
    tree = repository(tmp_path, "register here" if seed % 2 else "")
    opened: list[str] = []
    tangle(tree, seed, opened, lambda: str(len(open_history(tree.root).merges())) if seed % 3 else open_history(tree.root).tip)

    grown = open_history(tree.root)
    told = everything(grown)
    earlier = [everything(grown.until(place)) for place in range(grown.length)]
    forget(tree)

    assert opened
    assert everything(open_history(tree.root)) == told
    for place in range(grown.length):
        tree.git("update-ref", "refs/heads/main", grown.main(place).id)
        forget(tree)
        assert everything(open_history(tree.root)) == earlier[place]


@pytest.mark.parametrize("seed", [20, 21])
def test_the_main_line_the_places_and_the_blobs_are_those_that_git_has(tmp_path: Path, seed: int) -> None:
    tree = repository(tmp_path, "deep/below" if seed % 2 else "")
    tangle(tree, seed, [], None)

    history = open_history(tree.root)
    line = tree.git("rev-list", "--first-parent", "--reverse", "main").split()
    has = [set(tree.git("rev-list", commit).split()) for commit in line]

    assert [history.main(place).id for place in range(history.length)] == line
    for commit in has[-1]:
        found = history.commit(commit)
        assert found is not None
        assert found.place == next(place for place, known in enumerate(has) if commit in known)
        assert history.place_of(commit) == (found.place if commit in line else None)
    for place, commit in enumerate(line):
        listed = tree.git("ls-tree", "-r", commit, "--", f"{tree.root.relative_to(tree.top).as_posix()}/records".removeprefix("./"))
        stored = {entry.split("/")[-1].removesuffix(".yml"): entry.split()[2] for entry in listed.splitlines()}
        assert {record: blob for record, (_, blob) in history.standing("CUS-", place).items()} == stored
    for record in IDS:
        for revision in history.revisions(record):
            parent = revision.commit.parents[0] if revision.commit.parents else None
            assert revision.new == blob_at(tree, revision.commit.id, record)
            assert revision.old == (blob_at(tree, parent, record) if parent else None)


def blob_at(tree: Tree, commit: str, record: str) -> str | None:
    listed = tree.git("ls-tree", "-r", commit).splitlines()
    return next((entry.split()[2] for entry in listed if entry.endswith(f"/{record}.yml")), None)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A record with two revisions."""
    tree = repository(tmp_path / "work")
    tree.write(FILE, "value: 1\n")
    tree.commit(message="first")
    tree.write(FILE, "value: 2\n")
    tree.commit(message="second")
    return tree


def summaries(tree: Tree, record: str = RECORD) -> list[str]:
    return [revision.commit.summary for revision in open_history(tree.root).revisions(record)]


def test_revisions_come_newest_first_with_who_and_when(tree: Tree) -> None:
    newest, oldest = open_history(tree.root).revisions(RECORD)

    assert (newest.commit.summary, oldest.commit.summary, oldest.old) == ("second", "first", None)
    assert newest.old == oldest.new
    assert (newest.commit.author_name, newest.commit.author_email) == ("Test", "test@test.example")
    assert newest.commit.time == "2023-11-15T06:15:20+08:00"
    assert newest.commit.authored_at == "2023-11-15T06:15:15+08:00"
    assert open_history(tree.root).contents([str(newest.new), str(oldest.new)]) == [b"value: 2\n", b"value: 1\n"]


def test_the_commit_at_a_moment_is_the_last_one_until_then(tree: Tree) -> None:
    history = open_history(tree.root)
    first, second = history.main(0), history.main(1)

    assert history.at(first.committed - 1) is None
    assert history.at(first.committed) == history.at(second.committed - 1) == first
    assert history.at(second.committed + 10**9) == second


def test_a_main_branch_that_was_rewritten_is_noticed_and_stays_noticed(tree: Tree) -> None:
    lost = open_history(tree.root).tip
    assert open_history(tree.root).rewritten is None

    tree.git("update-ref", "refs/heads/main", open_history(tree.root).main(0).id)
    assert open_history(tree.root).rewritten == lost
    assert summaries(tree) == ["first"]
    tree.heads["main"] = tree.git("rev-parse", "main")
    tree.write(FILE, "value: 3\n")
    tree.commit(message="other")

    assert open_history(tree.root).rewritten == lost
    assert summaries(tree) == ["other", "first"]


def test_rewriting_another_branch_is_nobodys_business(tree: Tree) -> None:
    tree.git("branch", "work")
    tree.git("symbolic-ref", "HEAD", "refs/heads/work")
    assert open_history(tree.root).length == 2

    tree.git("update-ref", "refs/heads/work", open_history(tree.root).main(0).id)

    assert (open_history(tree.root).length, open_history(tree.root).rewritten) == (1, None)
    tree.git("symbolic-ref", "HEAD", "refs/heads/main")
    assert (open_history(tree.root).length, open_history(tree.root).rewritten) == (2, None)


def test_a_main_line_that_was_led_another_way_is_noticed_though_it_lost_nothing(tree: Tree) -> None:
    """Somebody merged main into his branch and pushed that as main: the old tip is no longer on the first-parent line."""
    lost = open_history(tree.root).tip
    tree.heads["own"] = tree.git("rev-parse", "main~1")
    tree.write("other.txt", "x")
    tree.commit("own", message="own")
    tree.heads["main"], tree.heads["old"] = tree.heads["own"], tree.heads["main"]
    tree.commit("main", "old", message="turned")

    history = open_history(tree.root)

    assert history.rewritten == lost
    assert [history.main(place).summary for place in range(history.length)] == ["first", "own", "turned"]


def test_a_merge_that_changes_no_record_is_kept(tree: Tree) -> None:
    tree.branch("side")
    tree.commit("side", message="aside")
    tree.commit("main", message="straight")
    merge = tree.commit("main", "side", message="landing")

    history = open_history(tree.root)

    assert history.main(history.length - 1).id == merge
    aside = history.commit(tree.heads["side"])
    assert aside is not None
    assert (aside.place, aside.on_line) == (history.length - 1, False)


def test_a_record_is_followed_to_another_folder(tree: Tree) -> None:
    tree.write(FILE, None)
    tree.write("records/customer/0Z/CUS-000001.yml", "value: 3\n")
    tree.commit(message="moved")

    history = open_history(tree.root)
    newest = history.revisions(RECORD)[0]

    assert summaries(tree) == ["moved", "second", "first"]
    assert newest.path == "records/customer/0Z/CUS-000001.yml"
    assert newest.old == history.revisions(RECORD)[1].new
    assert history.standing("CUS-", 2) == {RECORD: (newest.path, newest.new)}


def test_a_second_file_with_the_id_in_a_wrong_folder_does_not_take_its_place(tree: Tree) -> None:
    stood = open_history(tree.root).blob(RECORD, 1)
    tree.write("records/customer/0Z/CUS-000001.yml", "value: 666\n")
    tree.commit(message="decoy")

    assert open_history(tree.root).blob(RECORD, 2) == stood
    assert len(open_history(tree.root).on_line(RECORD)) == 2


def test_of_two_files_with_one_id_that_in_its_own_folder_counts_even_when_it_came_later(tree: Tree) -> None:
    for path in ("records/archive/00/CUS-000002.yml", "records/customer/0Z/CUS-000003.yml"):
        tree.write(path, "value: 1\n")
    tree.commit()
    for path in ("records/customer/00/CUS-000003.yml", "records/archive/00/CUS-000001.yml"):
        tree.write(path, "value: 2\n")
    tree.commit()

    standing = open_history(tree.root).standing("CUS-", 3)

    assert standing[RECORD][0] == FILE
    assert standing["CUS-000003"][0] == "records/customer/00/CUS-000003.yml"


def test_a_copy_in_the_folder_of_another_kind_is_not_the_record_whenever_it_came(tree: Tree) -> None:
    decoys = [f"records/{folder}/00/{record}.yml" for folder in ("aaa", "zzz") for record in (RECORD, "CUS-000007")]
    for path in (*decoys, "records/customer/00/CUS-000007.yml"):
        tree.write(path, "value: 666\n" if path in decoys else "value: 7\n")
    tree.commit(message="new, with copies")
    for path in (FILE, "records/customer/00/CUS-000007.yml"):
        tree.write(path, None)
    tree.commit(message="away")
    for path in (FILE, "records/customer/00/CUS-000007.yml"):
        tree.write(path, "value: 8\n")
    tree.commit(message="back, after the copies")

    history = open_history(tree.root)

    for place in (2, 4):
        assert [history.standing("CUS-", place)[record][0] for record in (RECORD, "CUS-000007")] == [FILE, "records/customer/00/CUS-000007.yml"]
        assert history.blob(RECORD, place) == history.standing("CUS-", place)[RECORD][1]
    assert history.until(2).revisions("CUS-000007")[0].path == "records/customer/00/CUS-000007.yml"


def test_revisions_keep_their_order_though_a_clock_went_wrong(tree: Tree) -> None:
    tree.branch("side")
    for number, after in enumerate((60, -3600, -3600, 60)):
        tree.write(FILE, f"value: {number + 5}\n")
        tree.commit("side", message=f"aside {number}", after=after)
    tree.commit("main", "side", message="landing")

    assert summaries(tree) == ["landing", "aside 3", "aside 2", "aside 1", "aside 0", "second", "first"]


def test_only_records_are_kept_each_under_its_id(tree: Tree) -> None:
    digest = "0123456789ab"
    for path in (
        "records/register.yml",
        "records/policy/credit/2024-01-01.yml",
        f"records/approval/00/CUS-000001/credit-manager-{digest}.yml",
        f"records/approval/credit/2024-01-01/credit-policy-{digest}.yml",
        "records/customer/notes.yml",
        "records/customer/00/cus-000001.yml",
        "elsewhere/customer/00/CUS-000009.yml",
    ):
        tree.write(path, "value: 1\n")
    tree.commit()

    assert open_history(tree.root).names("") == [
        "CUS-000001",
        f"approval/CUS-000001/credit-manager-{digest}",
        f"approval/credit/2024-01-01/credit-policy-{digest}",
        "credit/2024-01-01",
        "register",
    ]


def test_replacements_of_commits_are_not_believed(tree: Tree) -> None:
    false = tree.git("commit-tree", "main^{tree}", "-p", "main~1", "-m", "forged")
    tree.git("replace", "main", false)

    assert tree.git("log", "-1", "--format=%s", "main") == "forged"
    assert summaries(tree) == ["second", "first"]


def test_authors_and_summaries_may_hold_anything(tree: Tree) -> None:
    hostile = f"tree {tree.git('rev-parse', 'main~1^{tree}')}\nparent {tree.heads['main']}\n".encode()
    hostile += b"author \xff:000000 \x1b[2J <a\xfe:b> 99999999999999999 +0000\ncommitter C <c@d> 1700001000 +9999\n\n:100644 sum\xffmary\x01\nmore\n"
    made = subprocess.run(
        ["git", "-C", str(tree.top), "hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input=hostile, capture_output=True, check=True
    )
    tree.git("update-ref", "refs/heads/main", made.stdout.decode().strip())

    newest = open_history(tree.root).revisions(RECORD)[0].commit

    assert newest.author_name == "\ufffd:000000 \x1b[2J"
    assert newest.author_email == "a\ufffd:b"
    assert newest.summary.startswith(":100644 sum\ufffdmary")
    assert newest.authored_at[:2] in {"99", "19"}
    assert summaries(tree)[1:] == ["second", "first"]


def test_settings_of_git_that_change_its_output_change_nothing(tree: Tree) -> None:
    before = open_history(tree.root).revisions(RECORD)
    for setting, value in {"log.showSignature": "true", "log.showRoot": "false", "diff.relative": "true", "diff.renames": "copies"}.items():
        tree.git("config", setting, value)
    tree.write(".mailmap", "Other <other@test.example> <test@test.example>\n")
    forget(tree)

    assert open_history(tree.root).revisions(RECORD) == before


def test_a_clone_without_its_history_is_refused(tree: Tree, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{tree.top}", str(clone)], check=True)

    with pytest.raises(HistoryError) as refused:
        open_history(clone)
    assert refused.value.reason == "shallow"


def test_without_git_or_without_a_commit_there_is_none(tmp_path: Path) -> None:
    bare = repository(tmp_path / "empty").root
    for folder in (tmp_path, bare):
        with pytest.raises(HistoryError) as refused:
            open_history(folder)
        assert refused.value.reason == "none"


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_cache_is_made_anew(tree: Tree, damage: bytes) -> None:
    assert len(summaries(tree)) == 2
    (cache_of(tree.root) / "history-main.sqlite").write_bytes(damage)

    assert summaries(tree) == ["second", "first"]
    assert summaries(tree) == ["second", "first"]


def test_the_cache_of_another_version_or_of_another_register_is_made_anew(tree: Tree) -> None:
    open_history(tree.root)
    with sqlite3.connect(cache_of(tree.root) / "history-main.sqlite") as cache:
        cache.execute("UPDATE meta SET value = 'later' WHERE key = 'format'")
        cache.execute("DELETE FROM records")
    cache.close()

    assert summaries(tree) == ["second", "first"]


def test_where_no_cache_can_be_written_the_history_is_read_all_the_same(tree: Tree) -> None:
    cache_of(tree.root).write_text("in the way")

    assert summaries(tree) == ["second", "first"]


def test_many_who_open_it_at_once_all_get_the_same(tree: Tree) -> None:
    code = (
        f"from pathlib import Path; from mingbu.history import open_history; print(len(open_history(Path({str(tree.root)!r})).revisions({RECORD!r})))"
    )
    for number in range(3):
        tree.write(FILE, f"value: {number + 10}\n")
        tree.commit()
        running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
        assert [process.communicate() for process in running] == [(f"{number + 3}\n", "")] * 4


def test_a_given_tip_is_a_view_of_the_main_line_or_a_history_of_its_own(tree: Tree) -> None:
    tree.branch("side")
    tree.write(FILE, "value: 9\n")
    aside = tree.commit("side", message="aside")

    assert open_history(tree.root, open_history(tree.root).main(0).id).length == 1
    assert [revision.commit.summary for revision in open_history(tree.root, aside).revisions(RECORD)] == ["aside", "second", "first"]
    assert summaries(tree) == ["second", "first"]


@pytest.mark.parametrize("tip", ["main~1", "-x", "0" * 40, ""])
def test_a_tip_that_is_no_commits_full_id_is_refused(tree: Tree, tip: str) -> None:
    with pytest.raises(RevisionError):
        open_history(tree.root, tip)


def test_merges_tell_which_files_no_parent_had_and_whether_git_would_have_done_the_same(tree: Tree) -> None:
    tree.write(FILE, "a: 1\nb: 1\nc: 1\nd: 1\ne: 1\n")
    tree.commit()
    tree.branch("side")
    tree.write(FILE, "a: 2\nb: 1\nc: 1\nd: 1\ne: 1\n")
    tree.commit("main")
    tree.write(FILE, "a: 1\nb: 1\nc: 1\nd: 1\ne: 2\n")
    tree.commit("side")
    tree.write(FILE, "a: 2\nb: 1\nc: 1\nd: 1\ne: 2\n")
    clean = tree.commit("main", "side")
    tree.go("side")
    tree.write("records/customer/00/CUS-000002.yml", "value: 1\n")
    tree.commit("side")
    tree.write(FILE, "a: 2\nb: 1\nc: 1\nd: 1\ne: 666\n")
    evil = tree.commit("main", "side")

    history = open_history(tree.root)

    assert [(merge.commit.id, merge.record) for merge in history.merges()] == [(clean, RECORD), (evil, RECORD)]
    assert history.merges()[0].parents == tuple(blob_at(tree, commit, RECORD) for commit in history.merges()[0].commit.parents)
    assert history.remerged_cleanly(clean, FILE)
    assert not history.remerged_cleanly(evil, FILE)
    assert not history.remerged_cleanly(history.main(0).id, FILE)
