"""`check --attachments DIR`: what is listed lies in the folder, in its place or elsewhere, with the content that was recorded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT
from running import Command

LICENCE = "营业执照扫描件".encode()
DIGEST = hashlib.sha256(LICENCE).hexdigest()
PLACE = "松墨阀门/营业执照.pdf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder in which the one attachment of the register lies."""
    path = tmp_path / "attachments"
    (path / PLACE).parent.mkdir(parents=True)
    (path / PLACE).write_bytes(LICENCE)
    return path


@pytest.fixture
def card(register_root: Path) -> str:
    """A customer's card with one attachment."""
    return attach(register_root)


def attach(root: Path, location: str = PLACE, sha256: Any = DIGEST) -> str:
    """Gives the customer's card its one attachment; the path of the card."""
    entry = {"kind": "licence", "title": "营业执照", "sha256": sha256, "original_or_copy": "copy", "location": location}
    attachments = [{key: value for key, value in entry.items() if value is not ABSENT}]
    return building.edit(root, "customer", building.ACTIVE, attachments=attachments).relative_to(root).as_posix()


def found(mingbu: Command, folder: Path | str) -> list[tuple[str, str, str]]:
    """(path, code, pointer) of the findings on customers."""
    result = mingbu("check", "--format", "json", "--attachments", str(folder), "records/customer")
    return [(path, code, pointer) for path, _, code, pointer in result.findings]


AT = "/attachments/0/sha256"


@pytest.mark.rule("A9")
def test_what_is_there_and_unchanged_is_no_finding(card: str, mingbu: Command, folder: Path) -> None:
    assert found(mingbu, folder) == []


@pytest.mark.rule("A9")
def test_a_file_that_is_gone_is_missing(card: str, mingbu: Command, folder: Path) -> None:
    (folder / PLACE).unlink()

    assert found(mingbu, folder) == [(card, "attachment.missing", AT)]


@pytest.mark.rule("A9")
def test_a_file_that_says_something_else_was_changed(card: str, mingbu: Command, folder: Path) -> None:
    (folder / PLACE).write_bytes(LICENCE + b" ")

    assert found(mingbu, folder) == [(card, "attachment.changed", AT)]


@pytest.mark.rule("A9")
def test_a_file_that_was_moved_within_the_folder_is_found_by_its_content(card: str, mingbu: Command, folder: Path) -> None:
    (folder / "2026").mkdir()
    (folder / PLACE).rename(folder / "2026" / "另一个名字.pdf")

    assert found(mingbu, folder) == []


@pytest.mark.rule("A9")
def test_another_file_in_its_place_does_not_matter_while_its_content_lies_elsewhere(card: str, mingbu: Command, folder: Path) -> None:
    (folder / PLACE).rename(folder / "old.pdf")
    (folder / PLACE).write_bytes(b"new")

    assert found(mingbu, folder) == []


@pytest.mark.rule("A9")
@pytest.mark.parametrize("location", ["../outside.pdf", "{outside}", "link.pdf", "linked/outside.pdf", "松墨阀门/../../outside.pdf"])
def test_a_place_outside_the_folder_is_not_looked_at(register_root: Path, mingbu: Command, folder: Path, location: str) -> None:
    """Up, absolute, a link to a file and a link to a folder: what lies there is no attachment, whatever it says."""
    outside = folder.parent / "outside.pdf"
    (folder / PLACE).rename(outside)
    (folder / "link.pdf").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parent)
    path = attach(register_root, location.format(outside=outside))

    assert found(mingbu, folder) == [(path, "attachment.missing", AT)]


@pytest.mark.rule("A9")
def test_a_link_within_the_folder_is_followed(register_root: Path, mingbu: Command, folder: Path) -> None:
    (folder / "link.pdf").symlink_to(PLACE)
    attach(register_root, "link.pdf")

    assert found(mingbu, folder) == []


@pytest.mark.rule("A9")
@pytest.mark.parametrize("location", ["松墨阀门", "x" * 200, "档案室二柜三层"], ids=["a folder", "a long name", "a cupboard"])
def test_a_place_that_is_no_file_leaves_the_content_to_be_searched(register_root: Path, mingbu: Command, folder: Path, location: str) -> None:
    path = attach(register_root, location)
    there = found(mingbu, folder)
    (folder / PLACE).unlink()

    assert (there, found(mingbu, folder)) == ([], [(path, "attachment.missing", AT)])


@pytest.mark.rule("A9")
def test_an_attachment_without_a_digest_is_a_warning(register_root: Path, mingbu: Command, folder: Path) -> None:
    path = attach(register_root, sha256=ABSENT)

    assert found(mingbu, folder) == [(path, "attachment.no-digest", "/attachments/0")]


@pytest.mark.rule("A9", "E2")
def test_documents_of_a_contract_are_attachments_too(register_root: Path, mingbu: Command, folder: Path) -> None:
    documents = building.fields("contract", like="signed")["documents"]
    documents[0] |= {"sha256": DIGEST, "location": PLACE}
    documents[1] |= {"sha256": "0" * 64, "location": PLACE}
    path = building.write(register_root, "contract", like="signed", documents=documents).relative_to(register_root).as_posix()

    result = mingbu("check", "--format", "json", "--attachments", str(folder), "records/contract")

    assert [(where, code, pointer) for where, _, code, pointer in result.findings] == [(path, "attachment.changed", "/documents/1/sha256")]


@pytest.mark.rule("A9")
def test_the_message_names_the_attachment_and_its_place(card: str, mingbu: Command, folder: Path) -> None:
    (folder / PLACE).unlink()

    [item] = mingbu("check", "--format", "json", "--attachments", str(folder), "records/customer").json["findings"]

    assert ("营业执照" in item["message"], PLACE in item["message"], item["rules"]) == (True, True, ["A9"])


def test_without_the_folder_attachments_are_not_judged(card: str, mingbu: Command) -> None:
    assert mingbu("check", "--format", "json").findings == []


@pytest.mark.parametrize("name", ["nowhere", "attachments/松墨阀门/营业执照.pdf"], ids=["not there", "a file"])
def test_a_folder_that_is_none_is_one_line_and_exit_status_2(folder: Path, mingbu_process: Command, name: str) -> None:
    result = mingbu_process("check", "--attachments", str(folder.parent / name))

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
