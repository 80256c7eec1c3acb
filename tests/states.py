"""A record in each state of each lifecycle: what has to be written down for it, evidence included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import building
from building import ABSENT, CLERK, HEAD, KEEPER, fields
from mingbu import yamlio

POLICY = building.PROJECT / "records/policy/lifecycles/2024-01-01.yml"
_REOPENED = [{"date": "2026-07-01", "reason": "对方来电重谈"}]
_ENDED = {"ended_on": "2026-11-02", "ended_reason": "terminated"}


def lifecycles() -> list[dict[str, Any]]:
    """The lifecycles of the sample's policy that have states."""
    data, faults = yamlio.read(POLICY.read_bytes())
    assert data is not None and not faults
    return [row for row in data["lifecycles"] if "field" in row]


def states(lifecycle: Mapping[str, Any]) -> list[str]:
    """Every state that the field may hold, whether or not a step names it."""
    return list(building.SCHEMAS.kinds[lifecycle["kind"]].by_pointer[lifecycle["field"]].node["enum"])


def label(lifecycle: Mapping[str, Any], state: str) -> str:
    return str(building.SCHEMAS.kinds[lifecycle["kind"]].by_pointer[lifecycle["field"]].node["x-enum"][state][0])


def reachable(lifecycle: Mapping[str, Any], state: str) -> set[str]:
    """By one step of the policy, or by any chain of steps where it lets several be taken at once."""
    found = {step["to"] for step in lifecycle["steps"] if step["from"] == state}
    while lifecycle.get("several_at_once") and (more := {step["to"] for step in lifecycle["steps"] if step["from"] in found} - found):
        found |= more
    return found


def _class(state: str) -> dict[str, Any]:
    reason = "price" if state == "stagnant" else ABSENT
    return fields("customer", lifecycle=state, stagnation_reason=reason, dealings=[{"date": "2026-09-02", "note": "签订年度合同。"}])


def _retention(state: str) -> dict[str, Any]:
    ended = _ENDED if state in {"suspended", "past", "disposed"} else {}
    return fields("customer", like="full", status=state, merged_into="CUS-000002" if state == "merged" else ABSENT, **ended)


_CASE: list[tuple[str, tuple[str, ...]]] = [
    ("routed", ("routed_to_branch", "routed_at")),
    ("dispatched", ("assigned_office", "dispatched_at")),
    ("received", ("received_at",)),
    ("signed", ("signed_by", "signed_at", "returned_at", "late_reason")),
    ("contacted", ("first_contact_at", "needs", "followups")),
    ("closed", ("closed_on", "won_amount", "won_customer_id", "win_reason", "cause_detail", "lose_reason")),
]
"""What each stage of a case adds."""


def _stage(state: str) -> dict[str, Any]:
    """A case tells its stage by its times; when it is closed it was won."""
    names = [name for name, _ in _CASE]
    reached = names.index(state) if state in names else -1
    later = {key: ABSENT for _, keys in _CASE[reached + 1 :] for key in keys}
    return fields("case", like="won", **later, state="won" if state == "closed" else "negotiating", reopened=_REOPENED)


def _outcome(state: str) -> dict[str, Any]:
    open_again = dict.fromkeys(_CASE[-1][1], ABSENT) if state == "negotiating" else {}
    return fields("case", like="lost" if state == "lost" else "won", **open_again, state=state, reopened=_REOPENED)


def _contract(state: str) -> dict[str, Any]:
    if state in {"draft", "voided"}:
        voided = {"voided_on": "2026-06-01", "voided_reason": "对方改向他处采购"} if state == "voided" else {}
        return fields("contract", status=state, **voided)
    changes = [{"kind": "change", "date": "2026-03-16", "agreement_ref": "HZ-2026-002-补1"}]
    handed = {"handed_over_by": CLERK, "received_by": KEEPER}
    events = [{"kind": "signing", "formalities_done_on": "2026-01-10", "handed_over_on": "2026-02-06", **handed}]
    last = {"amended": "change", "terminated": "termination", "completed": "performance"}.get(state)
    events += [{"kind": last, "formalities_done_on": "2026-04-10", "handed_over_on": "2026-04-20", **handed}] if last else []
    return fields("contract", like="signed", status=state, changes=changes, events=events)


def _credit_line(state: str) -> dict[str, Any]:
    entered = {
        "suspended": {"suspended_on": "2026-10-08", "suspended_reason": "逾期未付"},
        "cancelled": {"cancelled_on": "2026-11-02", "cancelled_reason": "停止往来"},
    }
    return fields("credit-line", state=state, **entered.get(state, {}))


def _access(state: str) -> dict[str, Any]:
    day = {"requested_on": "2026-11-16"}
    if state in {"lent", "returned"}:
        back = {} if state == "returned" else {"returned_at": ABSENT, "condition_on_return": ABSENT}
        return fields("access-request", like="returned", **back)
    permitted = {"approver": HEAD, "approved_on": "2026-11-16"} if state == "permitted" else {}
    refused = {"refused_on": "2026-11-16", "refused_reason": "用途与资料无关。"} if state == "refused" else {}
    return fields("access-request", **day, **permitted, **refused)


def _consent(state: str) -> dict[str, Any]:
    missing = {"received": ("stopped_at", "propagated_to"), "stopped": ("propagated_to",), "propagated": ()}[state]
    return fields("consent", like="withdrawal", **dict.fromkeys(missing, ABSENT))


def _like(kind: str, names: dict[str, str]) -> Callable[[str], dict[str, Any]]:
    return lambda state: fields(kind, like=names.get(state, state))


WRITTEN: dict[str, Callable[[str], dict[str, Any]]] = {
    "customer-class": _class,
    "customer-retention": _retention,
    "case-stage": _stage,
    "case-outcome": _outcome,
    "contract": _contract,
    "credit-line": _credit_line,
    "access-request": _access,
    "consent": _consent,
    "change-notice": _like("change-notice", {"open": "minimal"}),
    "correction-request": _like("correction-request", {"received": "minimal"}),
}
"""How each lifecycle's states are written down; `test_every_lifecycle_has_its_states_written_down` asks for new ones."""


@dataclass(frozen=True)
class Trial:
    """A record of its own that goes from one state to another; `without` is a piece of evidence that isn't there."""

    number: int
    name: str
    first: str | None
    second: str
    without: tuple[str, Any] | None = None

    @property
    def lifecycle(self) -> dict[str, Any]:
        return LIFECYCLES[self.name]

    @property
    def id(self) -> str:
        return f"{building.SCHEMAS.kinds[self.lifecycle['kind']].prefix}-{self.number:06d}"

    @property
    def label(self) -> str:
        missing = f" without {self.without[1]}" if self.without else ""
        return f"{self.name}: {self.first or 'new'} to {self.second}{missing}"

    def write(self, root: Path, state: str) -> Path:
        return write(root, WRITTEN[self.name](state) | {"id": self.id})


def write(root: Path, data: dict[str, Any]) -> Path:
    return building.write_text(root, building.path_of(data["schema"].partition("/")[0], data), yamlio.dump(data))


def lay_out(root: Path, trials: list[Trial]) -> None:
    """Every trial's record is at HEAD in its first state and in the folder in its second, with the evidence that the second asks."""
    for trial in trials:
        if trial.first is not None:
            trial.write(root, trial.first)
    building.commit_all(root)
    for trial in trials:
        path = trial.write(root, trial.second)
        form, asked = trial.without or ("", "")
        if form in {"fields", "dealings_within_months"}:
            data = WRITTEN[trial.name](trial.second) | {"id": trial.id}
            del data[asked.removeprefix("/") if form == "fields" else "dealings"]
            write(root, data)
        if form == "items":
            data = WRITTEN[trial.name](trial.second) | {"id": trial.id}
            key = asked["at"].removeprefix("/")
            other = "performance" if asked["value"] != "performance" else "change"
            data[key] = [item | {asked["key"]: other} if item[asked["key"]] == asked["value"] else item for item in data[key]]
            write(root, data)
        if trial.second == "target":
            show_target(root, path, visited=form != "records", approved=form != "approval")
        if trial.second == "disposed" and form != "records":
            disposal = building.write(root, "disposal", id=f"DSP-{trial.number:06d}", subjects=[trial.id])
            if form != "approved":
                building.approve(root, disposal, "disposal", role="general_manager", at="2026-05-07T10:00:00+08:00")


def show_target(root: Path, card: Path, *, visited: bool, approved: bool) -> None:
    """What a target customer has to show: somebody was there, and the branch manager agrees."""
    if visited:
        line = building.MINIMAL["visit-report"]["lines"][0] | {"customer": card.stem}
        building.write(root, "visit-report", id=card.stem.replace("CUS", "VIS"), lines=[line])
    if approved:
        building.approve(root, card, "target-customer", at="2026-05-07T10:00:00+08:00")


LIFECYCLES: dict[str, dict[str, Any]] = {row["name"]: row for row in lifecycles()}
