"""Every check, in one list. A check is a generator over the register: one rule each, findings out."""

from __future__ import annotations

from datetime import date

from mingbu.checks import (
    access,
    approvals,
    cases,
    classification,
    contracts,
    credit,
    creditfiles,
    creditpolicies,
    customers,
    data,
    deadlines,
    duplicates,
    facets,
    lifecycles,
    openings,
    organization,
    policies,
    privacy,
    receivables,
    references,
    staff,
    submissions,
)
from mingbu.checks.registry import Check
from mingbu.findings import Finding
from mingbu.register import Policy, Register

CHECKS: tuple[Check, ...] = (
    references.references_point_to_records,
    references.references_name_the_card_that_stays,
    references.unique_values_stand_once,
    references.combinations_stand_once,
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
    policies.policies_name_what_exists,
    policies.bounds_are_on_amounts,
    deadlines.deadlines_name_what_exists,
    deadlines.nothing_that_is_owed_is_late,
    creditpolicies.credit_rules_ask_what_is_known,
    creditpolicies.credit_rules_name_grades_of_the_policy,
    creditpolicies.bands_and_buckets_run_in_order,
    creditpolicies.credit_rules_stand_once,
    creditpolicies.better_grades_give_no_less,
    creditpolicies.credit_examples_come_out_right,
    classification.class_rules_fit_what_they_speak_of,
    classification.axes_and_intervals_stand_once,
    classification.class_examples_come_out_right,
    approvals.approvals_are_about_something,
    approvals.approvals_are_proved,
    approvals.approvals_follow_what_they_approve,
    approvals.needed_approvals_are_there,
    approvals.approvals_stay,
    approvals.merges_invent_nothing,
    approvals.disposals_wait_for_their_approval,
    approvals.history_is_whole,
    facets.schemas_keep_what_approvals_cover,
    lifecycles.changes_take_allowed_steps,
    lifecycles.what_was_declared_stays,
    lifecycles.records_are_never_taken_away,
    lifecycles.states_have_their_evidence,
    lifecycles.existing_customers_trade,
    openings.customers_have_an_approved_opening,
    openings.openings_were_reported,
    openings.cards_are_entered_by_finance,
    openings.openings_are_entered_by_finance,
    customers.files_have_an_active_custodian,
    customers.situation_of_trading_is_described,
    customers.files_hold_what_their_nature_asks,
    customers.customers_are_surveyed,
    customers.survey_changes_lead_to_this_card,
    customers.files_are_complete_enough,
    customers.files_are_kept_up,
    customers.visits_are_reported_in_time,
    customers.sales_lie_within_their_month,
    classification.declared_classes_agree_with_the_facts,
    classification.each_customer_has_a_place_of_its_own_on_the_route,
    duplicates.likely_duplicates,
    cases.cases_come_in_at_an_intake_desk,
    cases.cases_go_to_the_branch_of_their_region,
    cases.cases_are_dispatched_within_the_branch,
    cases.cases_are_signed_by_a_head,
    cases.cases_are_signed_back_in_time,
    cases.prospects_are_contacted_soon,
    contracts.contract_files_have_every_group,
    contracts.contract_groups_are_not_contradictory,
    contracts.contracts_are_numbered_by_their_department,
    contracts.contract_numbers_have_no_gap,
    contracts.contract_files_are_handed_over_in_time,
    contracts.contract_files_are_archived_in_time,
    contracts.contract_files_are_verified_and_archived_by_their_keepers,
    contracts.contracts_are_approved_by_another,
    contracts.contract_files_go_to_a_credit_administrator,
    contracts.contract_numbers_are_not_ahead_of_their_year,
    contracts.contract_files_are_handed_over_before_they_are_archived,
    contracts.contract_milestones_add_up,
    credit.decisions_do_not_overlap,
    credit.decision_names_the_policy_of_its_day,
    credit.approved_grade_is_in_the_policy,
    credit.override_is_what_was_approved,
    credit.active_files_have_a_decision_in_force,
    credit.grades_above_the_score_are_overrides,
    credit.more_than_was_worked_out_has_a_reason,
    credit.exceptions_that_ended_are_replaced,
    credit.temporary_limits_lie_within_the_decision,
    creditfiles.credit_files_have_their_parts,
    creditfiles.decisions_are_approved_by_another,
    creditfiles.balance_sheets_agree,
    creditfiles.decisions_keep_within_the_grade,
    creditfiles.lines_keep_within_the_decision,
    creditfiles.letters_and_lines_follow_decisions_of_their_file,
    receivables.stops_have_an_exception,
    receivables.exceptions_are_approved_by_another,
    receivables.dunning_keeps_up,
    receivables.receipts_are_not_more_than_the_line,
    access.others_need_permission_before_the_loan,
    access.who_claims_responsibility_has_it,
    access.nobody_permits_himself,
    access.only_archivists_lend,
    access.loans_come_back,
    privacy.data_serve_allowed_purposes,
    privacy.data_go_to_mandated_recipients,
    privacy.data_are_disclosed_with_consent,
    privacy.a_disclosure_names_a_consent_of_its_customer,
    privacy.use_stops_on_receipt,
    privacy.corrections_are_answered,
    staff.archivists_qualify_before_duty,
    staff.archivists_have_the_education,
    staff.qualifications_have_not_run_out,
    staff.departments_have_their_procedures,
    staff.procedures_are_approved_by_another,
    staff.safeguards_are_attested,
    submissions.submissions_are_of_reports_that_are_owed,
    submissions.corrections_are_of_the_same_report,
    submissions.submissions_are_what_their_digest_says,
    submissions.later_figures_agree_or_say_why_not,
    submissions.texts_belong_to_reports,
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
