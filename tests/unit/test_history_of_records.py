"""The history of one record: fields that changed, who gave them their value, and the command that tells it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import building
from building import ACTIVE, CLERK, PROSPECT, SCHEMAS, git
from chinese import CHINESE
from mingbu import yamlio
from mingbu.history import Change, Texts, differences, open_history, wrote
from mingbu.schema.kinds import Kind
from running import Command

CUSTOMER = SCHEMAS.kinds["customer"]
PATH = "records/customer/00/CUS-000002.yml"


def changed(before: dict[str, Any], after: dict[str, Any], kind: Kind = CUSTOMER) -> list[tuple[str, Any, Any]]:
    return [(change.pointer, change.old, change.new) for change in differences(kind, before, after)]


def contact(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "phone": "0571-5550 0001", **more}


def test_fields_come_in_the_order_of_the_schema_without_what_names_the_record() -> None:
    before = {"schema": "customer/1", "id": ACTIVE, "telephone": "1", "legal_name": "甲", "employee_count": 3}
    after = {"schema": "customer/2", "id": PROSPECT, "legal_name": "乙", "telephone": "1", "employee_count": 4, "fax": "2"}

    assert changed(before, after) == [("/legal_name", "甲", "乙"), ("/employee_count", 3, 4), ("/fax", None, "2")]


def test_a_new_or_deleted_record_shows_every_field() -> None:
    data = {"id": ACTIVE, "legal_name": "甲", "contacts": [contact("吴")]}
    every = [("/legal_name", "甲"), ("/contacts/0/name", "吴"), ("/contacts/0/phone", "0571-5550 0001")]

    assert differences(CUSTOMER, None, data) == [Change(pointer, None, value) for pointer, value in every]
    assert differences(CUSTOMER, data, None) == [Change(pointer, value, None) for pointer, value in every]
    assert differences(CUSTOMER, data, data) == []


def test_an_item_put_in_front_does_not_change_the_others() -> None:
    before = {"contacts": [contact("吴"), contact("郑", title="总工")]}
    after = {"contacts": [contact("钱"), contact("吴"), contact("郑", title="厂长")]}

    assert changed(before, after) == [
        ("/contacts/0/name", None, "钱"),
        ("/contacts/0/phone", None, "0571-5550 0001"),
        ("/contacts/2/title", "总工", "厂长"),
    ]


def test_an_item_that_is_gone_is_named_by_the_place_where_it_stood() -> None:
    before = {"shareholders": [{"name": name, "ratio": "30"} for name in "甲乙丙"]}
    after = {"shareholders": [{"name": name, "ratio": "30"} for name in "甲丙"]}

    assert changed(before, after) == [("/shareholders/1/name", "乙", None), ("/shareholders/1/ratio", "30", None)]


def test_items_with_a_key_of_their_own_are_the_same_wherever_they_stand() -> None:
    person = SCHEMAS.kinds["person"]
    keys = [{"public_key": f"ssh-ed25519 {letter}", "from": "2024-01-01"} for letter in "ABC"]
    before, after = {"keys": keys}, {"keys": [keys[2], keys[0], {**keys[1], "to": "2025-01-01"}]}

    assert changed(before, after, person) == [("/keys/2/to", None, "2025-01-01")]


def test_a_list_of_plain_values_is_one_change() -> None:
    assert changed({"former_names": ["甲", "乙"]}, {"former_names": ["乙"]}) == [("/former_names", ["甲", "乙"], ["乙"])]
    assert changed({}, {"former_names": ["乙"]}) == [("/former_names", None, ["乙"])]


def test_fields_that_the_schema_no_longer_has_are_told_last() -> None:
    assert changed({"nickname": "小", "fax": "1"}, {"nickname": {"a": "大"}, "fax": "2"}) == [
        ("/fax", "1", "2"),
        ("/nickname", "小", {"a": "大"}),
    ]


def test_each_value_was_written_by_the_commit_that_last_gave_it(register_root: Path) -> None:
    first = git(register_root, "rev-parse", "HEAD")
    git(register_root, "checkout", "-q", "-b", "side")
    building.edit(register_root, "customer", PROSPECT, telephone="0571-5550 0777", contacts=[contact("钱"), contact("吴")])
    aside = building.commit_all(register_root)
    git(register_root, "checkout", "-q", "main")
    building.edit(register_root, "customer", PROSPECT, english_name="Cloud")
    straight = building.commit_all(register_root)
    git(register_root, "merge", "-q", "--no-edit", "side")
    building.edit(register_root, "customer", PROSPECT, contacts=[contact("孙"), contact("钱"), contact("吴", title="厂长")])
    last = building.commit_all(register_root)

    written = {pointer: commit.id for pointer, commit in wrote(open_history(register_root), CUSTOMER, PROSPECT).items()}

    assert written["/legal_name"] == first
    assert written["/telephone"] == aside
    assert written["/english_name"] == straight
    assert (written["/contacts/0/name"], written["/contacts/1/name"], written["/contacts/2/name"]) == (last, aside, aside)
    assert written["/contacts/2/title"] == last
    assert "/schema" not in written


def test_a_value_that_was_changed_and_put_back_was_written_by_who_put_it_back(register_root: Path) -> None:
    before = "0571-5550 0001"
    for number in (before, "0571-5550 0777", before):
        building.edit(register_root, "customer", PROSPECT, telephone=number, opinion=f"{number} 为准")
        last = building.commit_all(register_root)

    assert wrote(open_history(register_root), CUSTOMER, PROSPECT)["/telephone"].id == last


ODD_TEXTS = [
    'a: "x\nb: y"\nc: 1\n',
    "a: 'x\nb: it''s'\nc: 1\n",
    'a: |\n  b: 1\n\n  "c: 2\nd: 3\n',
    'a:\n  - b: 1\n    c: "2"\n  - b: 2\n# remark\nd: 4\n',
    "a:\n- 1\n- 2\nb: 3\n",
    "a: [1,\nb, 2]\nc: 3\n",
    'a:\n  "x\nb: y"\nc: 1\n',
    "a: x\n  y\nb: 2\n",
    "# remark\na: 1\nb: '2'\n",
    "b: 2\na: 1\n",
    "a: 1\n\nb:\n  c: 3\n",
]


@pytest.fixture(scope="module")
def odd_texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Texts, list[str]]:
    """Texts that are read part by part, and some whose parts can't be told by looking at lines, with one line or another left out."""
    root = tmp_path_factory.mktemp("odd")
    building.write_text(root, "a", "a")
    building.commit(root)
    every = [text for odd in ODD_TEXTS for lines in [odd.splitlines(keepends=True)] for text in [odd, *_without_a_line(lines)]]
    every += [yamlio.dump(building.fields("customer", like=like, telephone=number)) for like in ("full", "minimal") for number in ("1", "2")]
    readable = [text for text in dict.fromkeys(every) if not yamlio.read(text.encode())[1]]
    names = []
    for number, text in enumerate(readable):
        building.write_text(root, str(number), text)
        names.append(git(root, "hash-object", "-w", str(number)))
    return Texts(open_history(root)), names


def _without_a_line(lines: list[str]) -> list[str]:
    return ["".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines))] + [
        "".join(lines).replace(old, new) for old, new in (("1", "7"), ("y", "z"), ("3", "8"))
    ]


def test_reading_only_what_differs_tells_the_same_as_reading_all(odd_texts: tuple[Texts, list[str]]) -> None:
    whole, names = odd_texts
    assert len(names) > 50

    for before in names:
        for after in names:
            parts = Texts(whole.history, whole)
            told = differences(CUSTOMER, *parts.both(before, after))
            assert told == differences(CUSTOMER, whole.data(before), whole.data(after)), (whole.raw(before), whole.raw(after))


@pytest.fixture
def landed(register_root: Path) -> dict[str, str]:
    """A side branch with a change by the clerk and its approval, merged; then a change on the main line by a stranger."""
    git(register_root, "checkout", "-q", "-b", "side")
    building.edit(register_root, "customer", PROSPECT, registered_capital="500000.00", contacts=[contact("吴"), contact("钱")])
    git(register_root, "add", "-A", ".")
    git(register_root, "-c", "user.email=JI@qinglan.example", "-c", "user.name=Ji", "commit", "-q", "-m", "Change")
    aside = git(register_root, "rev-parse", "HEAD")
    approved = building.write(
        register_root, "approval", subject=PROSPECT, step="customer", covers=["/registered_capital"], digest="sha256:" + "a" * 64,
        by=building.BOSS, role="unit_supervisor", at="2024-02-01T10:00:00+08:00",
    )  # fmt: skip
    building.commit_all(register_root)
    git(register_root, "checkout", "-q", "main")
    git(register_root, "merge", "-q", "--no-ff", "--no-edit", "side")
    merge = git(register_root, "rev-parse", "HEAD")
    building.edit(register_root, "customer", PROSPECT, registered_capital="800000.00", contacts=[contact("吴"), contact("钱", title="厂长")])
    git(register_root, "add", "-A", ".")
    git(register_root, "-c", "user.name=\x1b[31mM", "commit", "-q", "-m", "More\x1b[2J")
    return {"aside": aside, "merge": merge, "approval": approved.relative_to(register_root).as_posix()}


def test_the_command_tells_who_changed_what_and_who_approved_it(landed: dict[str, str], mingbu: Command) -> None:
    newest, aside, oldest = mingbu("history", PROSPECT, "--format", "json").json["revisions"]

    assert [newest["merge"], aside["merge"], oldest["merge"]] == [None, landed["merge"], None]
    assert aside["commit"] == landed["aside"]
    assert aside["author"] == {"name": "Ji", "email": "JI@qinglan.example", "person": CLERK}
    assert aside["approvals"] == [
        {
            "path": landed["approval"],
            "step": "customer",
            "decision": "approved",
            "by": building.BOSS,
            "role": "unit_supervisor",
            "at": "2024-02-01T10:00:00+08:00",
        }
    ]
    assert newest["author"]["person"] is None
    assert newest["approvals"] == oldest["approvals"] == []
    assert newest["changes"] == [
        {"pointer": "/registered_capital", "label": "注册资本", "from": "500000.00", "to": "800000.00"},
        {"pointer": "/contacts/1/title", "label": "联系人 2 · 职务", "from": None, "to": "厂长"},
    ]
    assert {"pointer": "/short_name", "label": "客户简称", "from": None, "to": "云栖电机"} in oldest["changes"]


def test_the_command_tells_it_in_chinese(landed: dict[str, str], mingbu: Command) -> None:
    told = mingbu("history", PROSPECT).out

    assert "注册资本：500,000.00 → 800,000.00" in told
    assert "联系人 2 · 职务：没有 → 厂长" in told
    assert f"纪晓风  提交 {landed['aside'][:10]}  合并 {landed['merge'][:10]}" in told
    assert "高望岳" in told
    assert told.rstrip().endswith("建立")
    assert "\x1b" not in told


def test_the_command_tells_it_in_english(landed: dict[str, str], mingbu: Command) -> None:
    told = mingbu("--lang", "en", "history", PROSPECT).out

    assert "Registered capital: 500,000.00 → 800,000.00" in told
    assert f"commit {landed['aside'][:10]}  merge {landed['merge'][:10]}" in told
    assert told.rstrip().endswith("Created")
    assert not CHINESE.search("".join(line for line in told.splitlines() if line.startswith("  Registered")))


def test_a_merge_is_a_revision_of_its_own_where_it_says_what_no_parent_said(register_root: Path, mingbu: Command) -> None:
    git(register_root, "checkout", "-q", "-b", "side")
    building.edit(register_root, "customer", PROSPECT, registered_capital="500000.00")
    building.commit_all(register_root)
    git(register_root, "checkout", "-q", "main")
    git(register_root, "merge", "-q", "--no-ff", "--no-commit", "side")
    building.edit(register_root, "customer", PROSPECT, registered_capital="900000.00")
    merge = building.commit_all(register_root)

    newest, aside, _ = mingbu("history", PROSPECT, "--format", "json").json["revisions"]

    assert newest["commit"] == merge
    assert aside["merge"] == merge
    assert newest["changes"][0]["to"] == "900000.00"


def test_a_deleted_record_keeps_its_history(register_root: Path, mingbu: Command) -> None:
    (register_root / PATH).unlink()
    building.commit_all(register_root)

    assert [line.strip() for line in mingbu("history", PROSPECT).out.splitlines() if line.startswith("  ")] == ["删除", "建立"]
    assert mingbu("history", PROSPECT, "--format", "json").json["revisions"][0]["changes"][-1]["to"] is None


def test_a_version_that_cannot_be_read_says_so(register_root: Path, mingbu: Command) -> None:
    (register_root / PATH).write_text("a: [\n", encoding="utf-8")
    building.commit_all(register_root)

    assert "这一版不能按记录读取" in mingbu("history", PROSPECT).out


@pytest.mark.parametrize("record", ["credit/2024-01-01", CLERK, "register", "PER-000004"])
def test_policies_people_and_the_register_have_a_history_too(mingbu: Command, record: str) -> None:
    assert mingbu("history", record).status == 0
    assert mingbu("history", record, "--format", "json").json["id"] == record


@pytest.mark.parametrize("record", ["CUS-0ZZZZZ", "nobody", "../x", "\x1b[2J", ""])
def test_who_asks_for_a_record_that_never_was_is_told_so_in_one_line(mingbu: Command, record: str) -> None:
    refused = mingbu("history", record)

    assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert "\x1b" not in refused.err


def test_a_record_that_was_never_committed_has_none_yet(register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "product", id="PRD-000002", code="P-2")

    refused = mingbu("history", "PRD-000002")

    assert (refused.status, refused.err) == (1, "mingbu: 记录 PRD-000002 还没有提交过\n")


def test_without_git_or_with_a_shallow_clone_it_is_refused_with_what_to_do(register_root: Path, tmp_path: Path, mingbu: Command) -> None:
    clone = tmp_path / "clone"
    building.edit(register_root, "customer", PROSPECT, registered_capital="500000.00")
    building.commit_all(register_root)
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{register_root}", str(clone)], check=True)
    building.register(tmp_path / "plain")

    shallow, plain = mingbu("-C", str(clone), "history", PROSPECT), mingbu("-C", str(tmp_path / "plain"), "history", PROSPECT)

    assert (shallow.status, plain.status) == (2, 2)
    assert "git fetch --unshallow" in shallow.err
    assert "没有修订历史" in plain.err
