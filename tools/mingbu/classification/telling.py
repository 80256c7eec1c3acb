"""Classes in words: the label of a value, and why it is so."""

from __future__ import annotations

from collections.abc import Sequence

from mingbu import conditions, labels
from mingbu.classification.axes import COMPLETENESS, FIELDS, Value
from mingbu.labels import Lang
from mingbu.schema.kinds import Schemas

_CODES_OF_FACT = {"nature": ("customer_nature",), "previous_lifecycle": ("lifecycle",), "stopped_reason": ("stagnation_reason", "ended_reason")}
"""Facts that are codes, with the lists that label them."""


def title(schemas: Schemas, axis: str, lang: Lang) -> str:
    """What an axis is called."""
    return labels.pick(schemas.codes["class_axis"][axis], lang)


def label(schemas: Schemas, axis: str, value: str | int | None, lang: Lang) -> str:
    """A value of an axis in words."""
    if value is None:
        return labels.word("class.none", lang)
    if axis == COMPLETENESS:
        return f"{value}%"
    codes = schemas.codes.get(FIELDS[axis], {}).get(str(value))
    return labels.pick(codes, lang) if codes else str(value)


def because(schemas: Schemas, value: Value, lang: Lang) -> list[str]:
    """Why an axis has its value: what was declared, the rule that held with each of its conditions, or what was against every rule."""
    if value.axis == COMPLETENESS:
        return _completeness(value, lang)
    said = []
    if value.declared is not None:
        said.append(labels.word("class.declared", lang, value=label(schemas, value.axis, value.declared, lang)))
    if value.derived is not None:
        said.append(_rule(schemas, value, lang))
        said += conditions_told(schemas, value, lang)
        if value.stopped is not None and not any(reason.fact == "stopped_reason" for reason in value.reasons):
            said.append(labels.word("class.stopped", lang, value=_code(schemas, "stopped_reason", value.stopped, lang)))
    elif value.has_rules:
        said.append(labels.word("class.no-rule", lang))
        said += [_missed(schemas, value.axis, missed.value, missed.reason, lang) for missed in value.missed]
    elif value.declared is None:
        said.append(labels.word("class.undeclared", lang))
    if value.differs:
        said.append(labels.word("class.taken-declared" if value.source == "declared" else "class.taken-derived", lang))
    return said


def conditions_told(schemas: Schemas, value: Value, lang: Lang) -> list[str]:
    """The conditions that held, each with its fact."""
    return [conditions.told(reason, lang, _codes(schemas, reason.fact)) for reason in value.reasons]


def _rule(schemas: Schemas, value: Value, lang: Lang) -> str:
    derived = label(schemas, value.axis, value.derived, lang)
    if value.note is None:
        return labels.word("class.derived", lang, value=derived)
    return labels.word("class.derived-by", lang, value=derived, note=labels.pick(value.note, lang))


def _missed(schemas: Schemas, axis: str, code: str, reason: conditions.Reason, lang: Lang) -> str:
    why = conditions.asked(reason, lang, _codes(schemas, reason.fact))
    return labels.word("class.missed", lang, value=label(schemas, axis, code, lang), why=why)


def _completeness(value: Value, lang: Lang) -> list[str]:
    if not value.lacking:
        return [labels.word("class.complete", lang)]
    names = labels.word("list.separator", lang).join(labels.pick(pair, lang) for pair in value.lacking)
    return [labels.word("class.lacking", lang, fields=names)]


def _codes(schemas: Schemas, fact: str) -> dict[str, Sequence[str]]:
    return {code: pair for name in _CODES_OF_FACT.get(fact, ()) for code, pair in schemas.codes.get(name, {}).items()}


def _code(schemas: Schemas, fact: str, code: str, lang: Lang) -> str:
    pair = _codes(schemas, fact).get(code)
    return labels.pick(list(pair), lang) if pair else code
