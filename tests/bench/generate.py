"""A deterministic synthetic repository of customer records, written through `git fast-import`: the same ids on every machine."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AUTHORS = [(f"名簿员{number}", f"clerk{number}@qinglan.example") for number in range(40)]
_START = 1_577_836_800
_AT_ONCE = 50
_MERGED = 0.28
"""The share of merges among all commits."""

TEMPLATE = """\
schema: customer/1
id: {id}
legal_name: 松墨阀门{number}有限公司
short_name: 松墨阀门{number}
uscc: 91330106FAKE{number:06d}
organization_form: limited_company
customer_nature: ordinary
side: sell
is_branch: false
legal_representative: 周松年
registered_capital: "{capital}.00"
industry_section: C
registered_address: 杭州市西湖区文三路 {street} 号
region_code: "330106"
telephone: 0571-5550 {phone:04d}
contacts:
  - name: 吴映雪
    title: 采购经理
    phone: 0571-5550 {first:04d}
  - name: 郑远山
    title: 总工程师
    phone: 0571-5550 {second:04d}
customer_rank: b
market_position: general
time_series: existing
trade_stage: active
status: active
responsible_staff: PER-000001
department: DEP-000004
custodian: PER-000003
main_products: 离心泵、阀门
opinion: |
  第 {opinion} 次走访：生产正常，
  付款及时，续约意向明确。
prepared_by: PER-000001
prepared_on: "2024-01-01"
"""
_EDITED = ("capital", "street", "phone", "first", "second", "opinion")


@dataclass
class _Writer:
    """The stream for fast-import, and what it has to remember."""

    random: random.Random
    files: int
    records: list[dict[str, int | str]] = field(default_factory=list)
    mark: int = 0
    clock: int = _START

    def new(self) -> bytes:
        """One more record."""
        number = len(self.records)
        body = "".join(_ALPHABET[number // 32**place % 32] for place in range(5, -1, -1))
        shuffled = body[::-1]  # so that the records spread over the folders
        self.records.append({"id": f"CUS-{shuffled}", "number": number, **dict.fromkeys(_EDITED, number % 7919)})
        return self.file(number)

    def edit(self) -> bytes:
        """Another value in some record."""
        number = self.random.randrange(len(self.records))
        self.records[number][self.random.choice(_EDITED)] = self.random.randrange(10_000)
        return self.file(number)

    def file(self, number: int) -> bytes:
        record = self.records[number]
        name, text = str(record["id"]).encode(), TEMPLATE.format(**record).encode()
        return b"M 100644 inline records/customer/%b/%b.yml\ndata %d\n%b\n" % (name[4:6], name, len(text), text)

    def commit(self, branch: str, message: str, parents: list[int], files: bytes) -> bytes:
        """A commit on the branch; its number is `mark`. The first parent must be named."""
        self.mark += 1
        self.clock += self.random.randrange(1, 3600)
        name, email = self.random.choice(_AUTHORS)
        who = f"{name} <{email}> {self.clock} +0800"
        text = message.encode()
        lines = [f"commit refs/heads/{branch}", f"mark :{self.mark}", f"author {who}", f"committer {who}", f"data {len(text)}"]
        links = [f"{'merge' if place else 'from'} :{parent}\n" for place, parent in enumerate(parents)]
        return "\n".join(lines).encode() + b"\n" + text + b"\n" + "".join(links).encode() + files + b"\n"


def _stream(files: int, commits: int, seed: int) -> Iterator[bytes]:
    """First the records, then edits on the main line and on side branches of one to three commits, each merged."""
    writer = _Writer(random.Random(seed), files)
    main = 0
    while len(writer.records) < files:
        added = b"".join(writer.new() for _ in range(min(_AT_ONCE, files - len(writer.records))))
        yield writer.commit("main", "建卡", [main] if main else [], added)
        main = writer.mark
    while writer.mark < commits:
        if writer.random.random() > _MERGED * 2:
            yield writer.commit("main", "改一处", [main], writer.edit())
            main = writer.mark
            continue
        side, edits = main, []
        for _ in range(writer.random.choice([1, 1, 2, 2, 2, 3])):
            edits.append(writer.edit())
            yield writer.commit("side", "在分支上改", [side], edits[-1])
            side = writer.mark
        yield writer.commit("main", "合并 #{}".format(writer.mark), [main, side], b"".join(edits))  # noqa: UP032
        main = writer.mark


def generate(root: Path, files: int, commits: int, seed: int = 7) -> Path:
    """A repository with so many record files and commits, checked out nowhere, packed as a clone would be."""
    root.mkdir(parents=True)
    git = ["git", "-C", str(root)]
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet", "--depth=50"], stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        for piece in _stream(files, commits, seed):
            importer.stdin.write(piece)
    if importer.returncode:
        raise SystemExit("fast-import failed")
    subprocess.run([*git, "branch", "-q", "-D", "side"], check=True)
    subprocess.run([*git, "repack", "-adfq", "--threads=2"], check=True)
    return root
