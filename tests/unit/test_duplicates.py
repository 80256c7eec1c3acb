"""Duplicate customers: how well labelled pairs are told apart, what each piece of evidence does, and that nothing is missed or random."""

from __future__ import annotations

import csv
import hashlib
import itertools
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import building
from chinese import CHINESE
from mingbu import yamlio
from mingbu.checks.duplicates import likely_duplicates
from mingbu.cli.context import Context
from mingbu.duplicates import Likeness, Rules, compare_names, rules_of
from mingbu.duplicates.blocking import candidates, keys_of
from mingbu.duplicates.evidence import compare_subjects
from mingbu.duplicates.finder import pair_of, pairs_among
from mingbu.duplicates.parser import parse
from mingbu.duplicates.subjects import Subject, subject_of
from mingbu.findings import Finding
from mingbu.register import Record
from running import Command

POLICY = building.PROJECT / "records/policy/duplicates/2024-01-01.yml"
PAIRS = building.PROJECT / "tests/duplicates/pairs.csv"
CODES = ("91330106FAKE000133", "91330106FAKE00021X")


def _policy() -> Record:
    data, faults = yamlio.read(POLICY.read_bytes())
    assert data is not None and not faults
    return Record(building.SCHEMAS.kinds["policy-duplicates"], "duplicates/2024-01-01", "", data, b"")


RULES: Rules = rules_of(_policy())


@dataclass(frozen=True)
class Labelled:
    """A pair of invented names, and whether they mean one company."""

    a: str
    b: str
    same: bool
    control: bool
    """Written after the rules were made, and judged once before they were added."""

    @property
    def tuning(self) -> bool:
        """Half of the first pairs were looked at while the rules were made; the figures are those of the others."""
        return not self.control and hashlib.sha256(f"{self.a}|{self.b}".encode()).digest()[0] % 2 == 0


def labelled() -> list[Labelled]:
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        return [Labelled(row["a"], row["b"], row["same"] == "yes", row["set"] == "control") for row in csv.DictReader(stream)]


def names(one: str, other: str) -> Likeness:
    return compare_names(one, other, RULES)


def customer(number: int, legal_name: str, **fields: Any) -> Subject:
    data = {"id": f"CUS-{number:06d}", "legal_name": legal_name, "status": "active", **fields}
    return subject_of(Record(building.SCHEMAS.kinds["customer"], data["id"], "", data, b""), RULES)


def together(one: dict[str, Any], other: dict[str, Any]) -> Likeness:
    return compare_subjects(customer(1, **one), customer(2, **other), RULES)


# How good it is


def test_pairs_that_were_not_looked_at_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    test_half = [pair for pair in labelled() if not pair.tuning]

    bands = [(names(pair.a, pair.b).band, pair.same) for pair in test_half]
    found = [same for band, same in bands if band is not None]
    high = [same for band, same in bands if band == "high"]
    recall = sum(found) / sum(pair.same for pair in test_half)
    precision, surest = sum(found) / len(found), sum(high) / len(high)

    with capsys.disabled():
        figures = f"recall {recall:.3f}, precision {precision:.3f}, of the band high {surest:.3f} ({len(high)} pairs)"
        sys.stdout.write(f"\nduplicates: {len(test_half)} pairs of the test half, {figures}\n")
    assert recall >= 0.95
    assert precision >= 0.70
    assert surest >= 0.97


def test_the_labelled_set_is_large_enough_and_halved() -> None:
    pairs = labelled()

    assert len(pairs) >= 160
    assert 0.4 < sum(pair.same for pair in pairs) / len(pairs) < 0.6
    assert 0.3 < sum(pair.tuning for pair in pairs) / len(pairs) < 0.5
    assert len({frozenset((pair.a, pair.b)) for pair in pairs}) == len(pairs)


# Names


@pytest.mark.parametrize(
    ("one", "other", "band", "reason"),
    [
        ("杭州澄岚新材料有限公司", "杭州澄嵐新材料有限責任公司", "high", "trade-equal"),
        ("杭州澄岚新材料有限公司", "澄岚新材料（杭州）有限公司", "high", "trade-equal"),
        ("杭州澄岚新材料有限公司", "ＨＡＮＧＺＨＯＵ", None, "trade-other"),
        ("杭州澄岚汽配有限公司", "杭州市澄岚汽车配件有限公司", "high", "trade-equal"),
        ("杭州澄岚新材料有限公司", "澄岚新材料有限公司", "review", "region-missing"),
        ("浙江澄岚新材料有限公司", "杭州澄岚新材料有限公司", "review", "region-wider"),
        ("杭州澄岚新材料有限公司", "宁波澄岚新材料有限公司", None, "region-other"),
        ("杭州澄岚新材料有限公司", "澄岚", "review", "industry-missing"),
        ("杭州澄岚汽车维修有限公司", "杭州澄岚汽车销售有限公司", "review", "industry-weak"),
        ("杭州澄岚机械设备有限公司", "杭州澄岚机械自动化有限公司", "review", "industry-part"),
        ("杭州澄岚物流有限公司", "杭州澄岚货运有限公司", "review", "industry-near"),
        ("杭州澄岚新材料有限公司", "杭州澄岚餐饮有限公司", None, "industry-other"),
        ("杭州澄岚贸易有限公司", "杭州澄岚国际贸易有限公司", "review", "generic-other"),
        ("杭州澄岚新材料有限公司", "杭州澄岚新材料", "review", "form-missing"),
        ("杭州澄岚新材料有限公司", "杭州澄岚新材料股份有限公司", "review", "form-near"),
        ("杭州澄岚粮食种植有限公司", "杭州澄岚粮食种植专业合作社", None, "form-other"),
        ("杭州澄岚投资(有限合伙)", "杭州澄岚投资(普通合伙)", "review", "mark-other"),
        ("杭州澄岚新材料有限公司", "杭州澄岚新材料有限公司湖州分公司", None, "branch-other"),
        ("澄岚银行杭州分行", "澄岚银行股份有限公司杭州市分行", "review", "form-missing"),
        ("杭州澄岚集团有限公司", "杭州澄岚有限公司", None, "group-other"),
        ("杭州澄岚集团有限公司", "杭州澄岚", "review", "group-missing"),
        ("杭州澄岚新材料有限公司", "杭州澄兰新材料有限公司", "review", "trade-sound"),
        ("杭州衡栎新材料有限公司", "杭州衡铄新材料有限公司", "review", "trade-shape"),
        ("杭州澄岚新材料有限公司", "杭州岚澄新材料有限公司", "review", "trade-order"),
        ("杭州澄岚砚新材料有限公司", "杭州澄岚新材料有限公司", "review", "trade-similar"),
        ("澄岚轴料", "澄岚轴瓦材料有限公司", "review", "short-form"),
        ("杭州楚桐新材料有限公司", "杭州楚风新材料有限公司", "review", "trade-similar"),
        ("杭州楚桐新材料有限公司", "楚风新材料有限公司", None, "trade-other"),
        ("示例市第一人民医院", "示例市第二人民医院", None, "trade-number"),
        ("杭州东屿贸易有限公司", "杭州西屿贸易有限公司", None, "trade-other"),
        ("Hangzhou Chenglan Trading Co., Ltd.", "杭州澄岚商贸有限公司", "review", "trade-sound"),
    ],
)
def test_each_part_of_a_name_has_its_effect(one: str, other: str, band: str | None, reason: str) -> None:
    likeness = names(one, other)

    assert (likeness.band, reason in likeness.because) == (band, True), likeness


@pytest.mark.parametrize(
    "name", ["大同贸易有限公司", "新华联贸易有限公司", "吉安达贸易有限公司", "东方红食品有限公司", "上海银行", "杭州西湖啤酒有限公司"]
)
def test_a_trade_name_that_is_or_starts_with_a_place_is_not_swallowed(name: str) -> None:
    first = parse(name, RULES).readings[0]

    assert first.trade in {"大同", "新华联", "吉安达", "东方红", "上海", "西湖"}


def test_a_name_is_taken_apart_into_its_parts() -> None:
    reading = parse("浙江省杭州市余杭区澄岚（集团）电子科技股份有限公司湖州分公司", RULES).readings[0]

    assert (reading.trade, reading.business, reading.group) == ("澄岚", "电子科技", "group")
    assert (reading.places, reading.form and reading.form.name) == (frozenset({"CN330110"}), "joint_stock")
    assert reading.branch is not None
    assert "CN3305" in reading.branch.places


@pytest.mark.parametrize("name", ["", " ", "（）", "公司", "有限公司", "杭州", "集团", "第", "(", "一", "Ltd", "\u3000", "🙂", "杭州(", "a" * 5000])
def test_a_name_that_is_hardly_one_is_compared_without_fault(name: str) -> None:
    assert names(name, "杭州澄岚新材料有限公司").band is None
    assert names(name, name).band in {"high", None}


ALPHABET = "杭州宁波市上海区澄岚砚大同新华电子科技贸易有限责任公司股份集团厂店分公司第一二(（)） aB3·"


@given(st.text(ALPHABET, max_size=16), st.text(ALPHABET, max_size=16))
def test_comparing_is_symmetric(one: str, other: str) -> None:
    assert names(one, other) == names(other, one)
    assert 0 <= names(one, other).score <= 100


@given(st.text(ALPHABET, max_size=16))
def test_a_name_is_wholly_like_itself(name: str) -> None:
    likeness = names(name, f" {name} ")

    assert (likeness.score, likeness.band) == (100, "high") or not any(char.isalnum() for char in name)


# Evidence


def test_equal_codes_are_the_same_company_whatever_the_names() -> None:
    likeness = together({"legal_name": "杭州澄岚贸易有限公司", "uscc": CODES[0]}, {"legal_name": "宁波衡栎食品厂", "uscc": CODES[0]})

    assert likeness == Likeness(100, "same-code", ("same-code",))


def test_different_codes_leave_a_pair_for_review_at_most() -> None:
    likeness = together({"legal_name": "杭州澄岚贸易有限公司", "uscc": CODES[0]}, {"legal_name": "杭州澄岚贸易有限公司", "uscc": CODES[1]})

    assert (likeness.band, likeness.because) == ("review", ("same-name", "uscc-other"))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"legal_name": "杭州澄岚(贸易)有限公司"}, {"legal_name": "杭州澄岚贸易有限公司"}, "same-name"),
        ({"legal_name": "杭州澄岚贸易有限公司", "former_names": ["宁波衡栎食品厂"]}, {"legal_name": "宁波衡栎食品厂"}, "same-former-name"),
        (
            {"legal_name": "杭州澄岚贸易有限公司", "english_name": "Chenglan Trading Co., Ltd."},
            {"legal_name": "CHENGLAN TRADING CO LTD"},
            "same-english-name",
        ),
    ],
)
def test_an_equal_name_is_a_likely_duplicate(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    likeness = together(one, other)

    assert (likeness.score, likeness.band, likeness.because) == (100, "high", (reason,))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"telephone": "0571-5550 0101"}, {"contacts": [{"phone": "+86 571 5550 0101"}]}, "same-telephone"),
        ({"registered_address": "杭州市临溪路 9 号"}, {"business_address": "杭州市临溪路9号"}, "same-address"),
        (
            {"banks": [{"bank_name": "通衢银行", "account_no_masked": "**** 1234"}]},
            {"banks": [{"bank_name": "通衢银行", "account_no_masked": "****1234"}]},
            "same-bank",
        ),
        ({"legal_representative": "林知秋"}, {"legal_representative": "林知秋"}, "same-representative"),
    ],
)
def test_evidence_raises_a_pair(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    similar = {"legal_name": "杭州澄岚集团有限公司"}, {"legal_name": "杭州澄岚有限公司"}

    without, likeness = together(*similar), together(similar[0] | one, similar[1] | other)

    assert without.band is None
    assert likeness.band == "review"
    assert reason in likeness.because
    assert likeness.score == without.score + RULES.weights[reason.replace("-", "_")]


def test_what_speaks_against_a_duplicate_keeps_it_below_the_surest_band() -> None:
    shared = {"telephone": "0571-5550 0101", "registered_address": "临溪路 9 号", "legal_representative": "林知秋"}

    likeness = together({"legal_name": "杭州澄岚贸易有限公司", **shared}, {"legal_name": "杭州澄岚贸易有限公司湖州分公司", **shared})

    assert likeness.band == "review"


# Pairs


def some_customers(count: int) -> list[Subject]:
    """Invented customers, among them every labelled pair."""
    draw = random.Random(20261120)
    found = [customer(number, name) for number, name in enumerate(name for pair in labelled() for name in (pair.a, pair.b))]
    for number in range(len(found), count):
        trade = "".join(draw.choices("澄岚砚霁川屿鹭砂洲衡栎", k=draw.choice((2, 2, 3))))
        place, business = draw.choice(("杭州", "宁波", "上海", "")), draw.choice(("贸易", "商贸", "电子", "食品", "轴瓦", ""))
        form = draw.choice(("有限公司", "股份有限公司", "厂", ""))
        telephone = {"telephone": f"0571-5550 {draw.randrange(300):04d}"} if draw.random() < 0.5 else {}
        found.append(customer(number, place + trade + business + form, legal_representative=draw.choice(("林知秋", "纪晓风", "沈清禾")), **telephone))
    return found


def test_blocking_misses_nothing_that_comparing_everything_finds() -> None:
    customers = some_customers(700)
    everything = {
        (one.id, other.id) for one, other in itertools.combinations(sorted(customers, key=lambda found: found.id), 2) if pair_of(one, other, RULES)
    }

    found = {(pair.one.id, pair.other.id) for pair in pairs_among(customers, RULES)}

    assert len(everything) > 200
    assert everything - found == set()
    assert found == everything


def test_the_order_of_the_records_does_not_matter() -> None:
    customers = some_customers(500)

    assert pairs_among(customers, RULES) == pairs_among(reversed(customers), RULES)


def test_the_work_grows_with_the_register_and_not_with_its_square() -> None:
    draw = random.Random(1)
    characters = [chr(code) for code in range(0x4E00, 0x9F00, 7)]
    customers = [customer(number, "杭州" + "".join(draw.choices(characters, k=3)) + "贸易有限公司") for number in range(2000)]

    pairs = candidates(keys_of(subject, RULES) for subject in customers)

    assert len(pairs) < 2000


def test_what_a_record_says_about_another_is_no_duplicate() -> None:
    parent = customer(1, "杭州澄岚贸易有限公司", telephone="0571-5550 0101", registered_address="临溪路 9 号")
    branch = customer(2, "杭州澄岚贸易有限公司湖州分公司", telephone="0571-5550 0101", registered_address="临溪路 9 号", parent_customer="CUS-000001")

    assert pairs_among([parent, branch], RULES) == []


# The command


def with_policy(root: Path) -> None:
    building.write_text(root, "records/policy/duplicates/2024-01-01.yml", POLICY.read_bytes())


def test_pairs_of_the_register_are_listed_surest_first(register_root: Path, mingbu: Command) -> None:
    with_policy(register_root)
    building.write(register_root, "customer", id="CUS-00000Z", legal_name="杭州松墨阀门有限公司", uscc="91330106FAKE00099X")
    building.write(register_root, "case", id="CAS-00000Z", company_name="松墨閥門有限责任公司", contact_phone="0571-5550 0191")

    report = mingbu("dedupe", "--format", "json").json

    assert list(report) == ["schema", "pairs"]
    assert report["schema"] == "mingbu/dedupe/1"
    assert all(list(pair) == ["a", "b", "score", "band", "because"] for pair in report["pairs"])
    listed = [(pair["a"], pair["b"], pair["band"]) for pair in report["pairs"]]
    assert listed[0] == ("CAS-00000Z", "CUS-000001", "high")
    assert ("CAS-00000Z", "CUS-00000Z", "review") in listed
    assert all(pair["a"] < pair["b"] for pair in report["pairs"])


def test_a_merged_customer_and_a_closed_case_are_not_compared(register_root: Path, mingbu: Command) -> None:
    with_policy(register_root)
    before = mingbu("dedupe", "--format", "json").json["pairs"]
    closed = {"state": "lost", "closed_on": "2026-07-01", "lose_reason": "price", "cause_detail": "价格"}
    building.write(register_root, "case", id="CAS-00000Z", company_name="松墨阀门有限公司", **closed)

    assert mingbu("dedupe", "--format", "json").json["pairs"] == before


def test_pairs_are_shown_in_the_language_asked_for(register_root: Path, mingbu: Command) -> None:
    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Z", company_name="松墨阀门有限责任公司")

    zh, en = mingbu("dedupe"), mingbu("--lang", "en", "dedupe")

    assert "疑似重复" in zh.out
    assert "字号相同" in zh.out
    assert "same trade name" in en.out
    assert not CHINESE.search(en.out.replace("松墨阀门有限责任公司", "").replace("松墨阀门有限公司", "").splitlines()[0])


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_list_of_names_is_scored_row_by_row(mark: str, register_root: Path, tmp_path: Path, mingbu: Command) -> None:
    with_policy(register_root)
    file = tmp_path / "pairs.csv"
    rows = 'a,b\r\n杭州澄岚贸易有限公司,宁波澄岚贸易有限公司\r\n"杭州澄岚贸易有限公司","杭州澄岚商贸有限公司"\r\n,\r\n"甲,乙",x\r\n'
    file.write_text(mark + rows, encoding="utf-8", newline="")

    report = mingbu("dedupe", "--pairs", str(file), "--format", "json").json

    assert [(pair["a"], pair["b"], pair["band"]) for pair in report["pairs"]] == [
        ("杭州澄岚贸易有限公司", "宁波澄岚贸易有限公司", None),
        ("杭州澄岚贸易有限公司", "杭州澄岚商贸有限公司", "high"),
        ("", "", None),
        ("甲,乙", "x", None),
    ]
    assert all(list(pair) == ["a", "b", "score", "band"] for pair in report["pairs"])


@pytest.mark.parametrize(
    "content", [b"", b"x,y\n1,2\n", b"a,b\n1\n", b"a,b\n1,2,3\n", b'a,b\n"1,2\n', "a,b\n甲,乙\n".encode("gbk"), b"a,a\n1,2\n", None]
)
def test_a_bad_file_is_one_line_and_exit_status_2(content: bytes | None, register_root: Path, tmp_path: Path, mingbu: Command) -> None:
    with_policy(register_root)
    file = tmp_path / "pairs.csv"
    if content is not None:
        file.write_bytes(content)

    result = mingbu("dedupe", "--pairs", str(file))

    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


def test_the_json_keeps_to_its_published_schema(register_root: Path, tmp_path: Path, mingbu: Command) -> None:
    from jsonschema import Draft202012Validator

    from mingbu import outputs

    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Z", company_name="松墨阀门有限责任公司")
    file = tmp_path / "pairs.csv"
    file.write_text("a,b\n甲,乙\n甲,甲\n", encoding="utf-8")
    validator = Draft202012Validator(outputs.schema("dedupe"))

    for arguments in ([], ["--pairs", str(file)]):
        report = mingbu("dedupe", "--format", "json", *arguments).json
        assert report["pairs"]
        assert list(validator.iter_errors(report)) == []


# The check


def findings(root: Path) -> list[Finding]:
    context = Context(str(root), "zh", building.TODAY)
    return sorted(likely_duplicates(context.sound, context.policy, context.today), key=lambda finding: finding.order)


def test_a_case_about_a_customer_is_a_likely_duplicate(register_root: Path) -> None:
    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Y", company_name="松墨阀门有限责任公司")

    [finding] = [finding for finding in findings(register_root) if finding.record == "CAS-00000Y"]

    assert (finding.code, finding.pointer, finding.rules) == ("duplicate.likely", "/company_name", ("D3",))
    assert (finding.args["other"], finding.args["name"]) == (building.ACTIVE, "松墨阀门有限公司")
    assert finding.args["why"] == ("字号相同", "same trade name")


def test_a_case_about_a_prospect_of_the_register_is_no_duplicate(register_root: Path) -> None:
    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Y", company_name="云栖电机有限公司")

    assert [finding for finding in findings(register_root) if finding.record == "CAS-00000Y"] == []


def test_of_two_cases_the_later_is_told(register_root: Path) -> None:
    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Y", company_name="杭州澄岚贸易有限公司", prepared_on="2026-06-02")
    building.write(register_root, "case", id="CAS-00000X", company_name="杭州澄岚商贸有限公司", prepared_on="2026-06-03")

    [finding] = [finding for finding in findings(register_root) if finding.args["other"] == "CAS-00000Y"]

    assert finding.record == "CAS-00000X"


def test_a_customer_without_code_that_looks_like_another_is_told(register_root: Path) -> None:
    with_policy(register_root)
    abroad = {"organization_form": "overseas_company", "uscc": building.ABSENT, "overseas_registration_no": "HK-1", "jurisdiction": "香港"}
    building.write(register_root, "customer", id="CUS-00000Y", legal_name="松墨阀门有限责任公司", prepared_on="2026-08-01", **abroad)

    [finding] = [finding for finding in findings(register_root) if finding.record == "CUS-00000Y"]

    assert (finding.pointer, finding.rules) == ("/legal_name", ("A2",))


def test_only_the_surest_band_is_a_finding(register_root: Path) -> None:
    with_policy(register_root)
    building.write(register_root, "case", id="CAS-00000Y", company_name="杭州松墨阀门有限公司")

    assert [finding for finding in findings(register_root) if finding.record == "CAS-00000Y"] == []
