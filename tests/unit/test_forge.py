"""What the git host reads: CODEOWNERS, the workflows, the pull request template."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import building
from building import PROJECT
from mingbu.cli import main
from mingbu.register import Register, open_register
from running import Command, Result

GITHUB = PROJECT / ".github"
WORKFLOWS = sorted(path for path in (GITHUB / "workflows").iterdir() if path.suffix in {".yml", ".yaml"})
CODEOWNERS = ".github/CODEOWNERS"


@pytest.fixture(scope="module")
def sample() -> Register:
    """The register that stands in the repository."""
    return open_register(PROJECT)


def owner_lines(text: str) -> dict[str, list[str]]:
    """path → teams of a CODEOWNERS file."""
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {row[0]: row[1:] for row in rows}


# CODEOWNERS


def test_codeowners_on_disk_is_what_policy_and_departments_give(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["-C", str(PROJECT), "codeowners"])

    assert status == 0
    assert (PROJECT / CODEOWNERS).read_text(encoding="utf-8") == capsys.readouterr().out


def test_every_owning_team_belongs_to_a_department_of_the_sample(sample: Register) -> None:
    teams = {record.data["host_team"] for record in sample.of("department") if "host_team" in record.data}

    owners = owner_lines((PROJECT / CODEOWNERS).read_text(encoding="utf-8"))

    assert owners
    assert all(found and set(found) <= teams for found in owners.values())


def test_every_owned_path_exists_and_every_folder_of_records_has_an_owner(sample: Register) -> None:
    owners = owner_lines((PROJECT / CODEOWNERS).read_text(encoding="utf-8"))
    kinds = {record.path.split("/")[1] for record in sample.records.values()}

    assert next(iter(owners)) == "*"
    assert [path for path in owners if path != "*" and not (PROJECT / path.strip("/")).exists()] == []
    assert {f"/records/{kind}" for kind in kinds} <= {path.rstrip("/") for path in owners}


def test_the_finance_section_owns_the_customer_register(sample: Register) -> None:
    """A4: cards and lists are entered and corrected by the finance section."""
    finance = next(record for record in sample.of("department") if record.data["name"] == "财务科")

    owners = owner_lines((PROJECT / CODEOWNERS).read_text(encoding="utf-8"))

    assert owners["/records/customer/"] == [finance.data["host_team"]]


def test_departments_that_share_a_path_stand_on_one_line_in_the_order_of_the_policy(mingbu: Command, register_root: Path) -> None:
    building.write(register_root, "department", id=building.OFFICE, code="HZ-XH", name="西湖办事处", host_team="@qinglan/xihu")
    building.write(register_root, "department", id=building.COMPANY, code="YB", name="青岚仪表有限公司", level="company", host_team="@qinglan/yibiao")
    paths = [("*", building.COMPANY), ("/records/case/", building.OFFICE), ("/schemas/", building.COMPANY), ("/records/case/", building.COMPANY)]
    building.write(register_root, "policy-owners", paths=[{"path": path, "department": department} for path, department in paths])

    lines = list(owner_lines(mingbu("codeowners").out).items())

    assert lines == [("*", ["@qinglan/yibiao"]), ("/records/case/", ["@qinglan/xihu", "@qinglan/yibiao"]), ("/schemas/", ["@qinglan/yibiao"])]


def test_a_named_department_without_a_team_is_a_one_line_error_and_nothing_is_written(mingbu: Command, register_root: Path) -> None:
    building.write(register_root, "policy-owners", paths=[{"path": "*", "department": building.BRANCH}])

    result = mingbu("codeowners", "--write")

    assert result.status == 1
    assert result.err.count("\n") == 1 and "host_team" in result.err and "DEP-000003 杭州分公司" in result.err
    assert not (register_root / CODEOWNERS).exists()


def test_without_a_policy_on_owners_the_command_says_so_in_one_line(mingbu: Command, register_root: Path) -> None:
    shutil.rmtree(register_root / "records" / "policy" / "owners")

    result = mingbu("--lang", "en", "codeowners")

    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert "records/policy/owners/" in result.err


def test_codeowners_is_stale_until_it_is_written_and_again_after_a_change(mingbu: Command, register_root: Path) -> None:
    with_owner(register_root, "@qinglan/one")
    statuses = [mingbu("codeowners", "--check").status, mingbu("codeowners", "--write").status, mingbu("codeowners", "--check").status]
    with_owner(register_root, "@qinglan/two")

    assert [*statuses, mingbu("codeowners", "--check").status] == [1, 0, 0, 1]


def test_codeowners_is_the_same_file_in_both_languages(mingbu: Command, register_root: Path) -> None:
    with_owner(register_root, "@qinglan/one")

    assert mingbu("codeowners").out == mingbu("--lang", "en", "codeowners").out != ""


def with_owner(root: Path, team: str) -> None:
    """A policy with one owner, who has this team."""
    building.write(root, "department", id=building.GROUP, code="QL", name="青岚集团", level="group", host_team=team)
    building.write(root, "policy-owners", paths=[{"path": "*", "department": building.GROUP}])


# Workflows as written


def zizmor(folder: Path) -> tuple[set[str], list[dict[str, Any]]]:
    """(files that zizmor says it read, its findings), at its strictest."""
    environment = {key: value for key, value in os.environ.items() if key not in {"RUST_LOG", "GH_TOKEN", "GITHUB_TOKEN"}} | {"NO_COLOR": "1"}
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--persona=auditor", "--no-ignores", "--no-progress", "--format=json-v1"]
    done = subprocess.run([*command, str(folder)], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return set(re.findall(r"completed (\S+)", done.stderr)), json.loads(done.stdout)


def test_zizmor_reads_every_workflow_and_finds_nothing() -> None:
    read, findings = zizmor(GITHUB)

    assert {Path(path).name for path in read} == {path.name for path in WORKFLOWS} >= {"check.yml", "publish.yml", "review.yml"}
    assert len(read) == len(WORKFLOWS)
    assert findings == []


def test_zizmor_would_find_something_in_a_careless_workflow(tmp_path: Path) -> None:
    careless = building.write_text(
        tmp_path,
        ".github/workflows/careless.yml",
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: echo ${{ github.event.pull_request.title }}\n",
    )

    read, findings = zizmor(tmp_path / ".github")

    assert {Path(path).name for path in read} == {careless.name}
    assert {"template-injection", "dangerous-triggers", "unpinned-uses"} <= {finding["ident"] for finding in findings}


def steps_of(workflow: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_every_action_is_pinned_by_commit_with_its_version_beside_it() -> None:
    lines = [line.strip() for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]

    assert len(lines) == sum("uses" in step for path in WORKFLOWS for step in steps_of(path)) > 0
    assert [line for line in lines if not re.fullmatch(r"(?:- )?uses: actions/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+", line)] == []


def test_every_job_has_a_time_limit_a_reading_token_and_no_secret() -> None:
    for path in WORKFLOWS:
        text = re.sub("#.*", "", path.read_text(encoding="utf-8"))
        workflow = yaml.safe_load(text)

        assert workflow["permissions"] == {} and workflow["concurrency"]["group"]
        assert all(job["timeout-minutes"] <= 30 for job in workflow["jobs"].values())
        assert "pull_request_target" not in text
        assert all(step["with"]["persist-credentials"] is False for step in steps_of(path) if "checkout" in step.get("uses", ""))
        if path.name != "notarize.yml":  # it signs and pushes: test_notarize.py says what it may
            more = {("digest.yml", "issues"): {"issues": "write"}}  # test_digest.py says what for
            assert all(job["permissions"] == {"contents": "read"} | more.get((path.name, name), {}) for name, job in workflow["jobs"].items())
            assert "secrets" not in text


@pytest.mark.parametrize("name", ["check", "review"])
def test_no_script_from_the_proposed_tree_is_run(name: str) -> None:
    check = yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))
    job, steps = check["jobs"][name], steps_of(GITHUB / "workflows" / f"{name}.yml")
    scripts = [step["run"] for step in steps if "run" in step]

    assert set(check[True]) == {"pull_request", "merge_group"}  # YAML 1.1 readers take the key `on` for true
    assert job["env"]["PYTHONPATH"] == "base/tools" and job["env"]["PYTHONSAFEPATH"] == "1"
    assert {step["with"]["path"]: step["with"]["ref"] for step in steps if "checkout" in step.get("uses", "")} == {
        "base": "${{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}",
        "head": "${{ github.sha }}",
    }
    assert not any("${{" in script or re.search(r"\bcd\b|\bsource\b", script) for script in scripts)
    assert not any("working-directory" in step or "shell" in step for step in steps)
    mentions = [found for script in scripts for found in re.findall(r"\S+ \S*head\S*", script)]
    assert set(mentions) == {"-C head"}
    assert not any(step["uses"].startswith(".") for step in steps if "uses" in step)


# Workflows as run


def run_check(workspace: Path, name: str = "check") -> list[Result]:
    """Runs the script steps of a workflow, but for the installation, as the host would; the checkouts are there already."""
    job = yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))["jobs"][name]
    given = {key: value for key, value in job["env"].items() if "${{" not in value}
    environment = {key: value for key, value in os.environ.items() if key != "MINGBU_LANG"} | given
    environment["GITHUB_STEP_SUMMARY"] = str(workspace / "summary.md")
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    results = []
    for step in job["steps"]:
        if "run" in step and step.get("id") != "install":
            done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=workspace, env=environment, capture_output=True, timeout=60, check=False)
            results.append(Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")))
    return results


@pytest.fixture
def workspace(sound_register: Path, tmp_path: Path) -> Path:
    """A folder with the base and the proposed tree, equal and sound; the base holds the package too."""
    base, head = tmp_path / "base", tmp_path / "head"
    shutil.copytree(sound_register, base, symlinks=True)
    with_owner(base, "@qinglan/one")
    assert main(["-C", str(base), "codeowners", "--write"]) == 0
    building.commit_all(base)
    shutil.copytree(base, head, symlinks=True)
    shutil.copytree(PROJECT / "tools" / "mingbu", base / "tools" / "mingbu", ignore=shutil.ignore_patterns("__pycache__", "assets"))
    return tmp_path


BROKEN = {"id": "CUS-0000ZZ", "legal_name": "断桥水务有限公司", "uscc": "91330106FAKE000991"}  # the check digit is wrong


def test_an_unchanged_tree_passes(workspace: Path) -> None:
    results = run_check(workspace)

    assert [result.status for result in results] == [0, 0, 0]
    assert not any("Traceback" in result.err for result in results)


def test_a_new_error_fails_with_an_annotation_on_its_line(workspace: Path) -> None:
    building.write(workspace / "head", "customer", **BROKEN)

    check = run_check(workspace)[0]

    assert check.status == 1
    assert re.search(r"^::error file=records/customer/00/CUS-0000ZZ\.yml,line=\d+,col=1,title=schema\.uscc::", check.out, re.M)


def test_an_error_that_the_base_has_too_passes(workspace: Path) -> None:
    building.write(workspace / "base", "customer", **BROKEN)
    building.write(workspace / "head", "customer", **BROKEN)

    check = run_check(workspace)[0]

    assert check.status == 0
    assert "::error" not in check.out


def test_where_the_base_cannot_be_checked_every_error_counts_and_a_sound_tree_passes(workspace: Path) -> None:
    building.write_text(workspace / "base", "schemas/common.yml", "}")
    sound = run_check(workspace)[0]
    building.write(workspace / "head", "customer", **BROKEN)
    broken = run_check(workspace)[0]

    assert (sound.status, broken.status) == (0, 1)
    assert "::error file=records/customer/00/CUS-0000ZZ.yml" in broken.out


def test_a_record_that_is_not_formatted_fails(workspace: Path) -> None:
    path = workspace / "head" / "records" / "product" / "00" / "PRD-000001.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: 离心泵", "name: '离心泵'"), encoding="utf-8")

    results = run_check(workspace)

    assert [result.status for result in results] == [0, 1, 0]
    assert "records/product/00/PRD-000001.yml" in results[1].out


def test_a_stale_codeowners_fails_unless_the_base_has_the_same(workspace: Path) -> None:
    with_owner(workspace / "head", "@qinglan/two")
    changed = run_check(workspace)[2]
    with_owner(workspace / "base", "@qinglan/two")
    inherited = run_check(workspace)[2]

    assert (changed.status, inherited.status) == (1, 0)


def test_modules_and_settings_of_the_proposed_tree_are_never_run(workspace: Path) -> None:
    trap = f"import pathlib; pathlib.Path({str(workspace / 'sprung')!r}).touch()\n"
    modules = ("mingbu", "json", "yaml", "sitecustomize", "usercustomize", "tools/mingbu/__init__", "tools/mingbu/__main__", "mingbu/__init__")
    for module in modules:
        building.write_text(workspace / "head", f"{module}.py", trap)
    building.write_text(workspace / "head", "pyproject.toml", "[tool.mingbu]\n")

    results = run_check(workspace)

    assert [result.status for result in results] == [0, 0, 0]
    assert not (workspace / "sprung").exists()


def test_the_checker_is_the_base_branchs_own(workspace: Path) -> None:
    building.write_text(workspace / "base", "tools/mingbu/__main__.py", "print('from base'); raise SystemExit(0)\n")

    results = run_check(workspace)

    assert [result.out for result in results[1:]] == ["from base\n", "from base\nfrom base\n"]


def test_the_review_is_written_as_the_jobs_summary_and_fails_on_a_missing_approval(workspace: Path) -> None:
    building.write(workspace / "head", "credit-decision", id="CDE-0000ZZ", valid_from="2027-01-01", valid_to="2027-12-31")

    [review] = run_check(workspace, "review")

    summary = (workspace / "summary.md").read_text(encoding="utf-8")
    assert review.status == 1 and "Traceback" not in review.err
    assert summary.startswith("## 合并请求审阅") and "尚缺：信用审批" in summary


def test_a_review_without_a_missing_approval_passes(workspace: Path) -> None:
    building.edit(workspace / "head", "product", "PRD-000001", unit="套")

    [review] = run_check(workspace, "review")

    assert review.status == 0
    assert "离心泵" in (workspace / "summary.md").read_text(encoding="utf-8")


def test_the_packed_site_holds_the_files_behind_the_link_and_is_the_same_each_time(register_root: Path) -> None:
    script = next(step["run"] for step in steps_of(GITHUB / "workflows" / "publish.yml") if "tar" in step.get("run", ""))
    building.write_text(register_root, ".mingbu/site-1/index.html", "<!doctype html>")
    (register_root / "site").symlink_to(".mingbu/site-1")

    packed = []
    for stamp in (1_000_000_000, 1_500_000_000):
        os.utime(register_root / ".mingbu" / "site-1" / "index.html", (stamp, stamp))
        subprocess.run(["bash", "-e", "-c", script], cwd=register_root, check=True)
        packed.append((register_root / "site.tar").read_bytes())
    listed = subprocess.run(["tar", "-tf", "site.tar"], cwd=register_root, capture_output=True, text=True, check=True).stdout.split()

    assert listed == ["site/", "site/index.html"]
    assert packed[0] == packed[1]


# Pull request template


def test_the_pull_request_template_is_short_and_chinese() -> None:
    text = (GITHUB / "pull_request_template.md").read_text(encoding="utf-8")
    prose = re.sub(r"`[^`]*`|<!--|-->|CASE|[A-F][0-9]+", "", text)

    assert len(text.splitlines()) <= 30
    assert all(word in text for word in ("改了什么", "表单", "条文", "附件", "- [ ]"))
    assert re.findall(r"[A-Za-z]+", prose) == []
    assert len(re.findall("[\u4e00-\u9fff]", prose)) > 100
