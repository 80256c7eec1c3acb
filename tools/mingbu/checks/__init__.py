"""Every check, in one list. A check is a generator over the register: one rule each, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from mingbu.checks import credit, data, organization, policies, references
from mingbu.findings import Finding
from mingbu.register import Policy, Register

Check = Callable[[Register, Policy, date], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    references.references_point_to_records,
    references.unique_values_stand_once,
    data.telephone_numbers_are_in_use,
    data.credit_codes_agree_inside,
    data.regions_are_in_the_table,
    data.steps_follow_one_another,
    data.facts_are_not_in_the_future,
    organization.parents_run_in_no_circle,
    organization.each_region_has_one_department,
    organization.register_belongs_to_a_company,
    policies.needed_policies_are_in_force,
    policies.credit_weights_add_up,
    policies.grades_go_from_best_to_worst,
    credit.decisions_do_not_overlap,
    credit.decision_names_the_policy_of_its_day,
    credit.approved_grade_is_in_the_policy,
    credit.override_is_what_was_approved,
    credit.active_files_have_a_decision_in_force,
)


def run(register: Register, today: date) -> list[Finding]:
    """The findings of reading and of every check, in the order in which they are shown."""
    sound = sound_part(register)
    policy = Policy(sound, today)
    findings = list(register.faults)
    for check in CHECKS:
        findings.extend(check(sound, policy, today))
    return sorted(set_of(findings), key=lambda finding: finding.order)


def set_of(findings: list[Finding]) -> list[Finding]:
    """Each finding once."""
    return list({(finding.order, tuple(sorted(map(str, finding.args.items())))): finding for finding in findings}.values())


def sound_part(register: Register) -> Register:
    """The register as rules may see it: a record that its schema refuses is known by id, but no rule reads its fields."""
    return register.without(frozenset(finding.record for finding in register.faults if finding.record and not finding.code.startswith("file.")))
