"""Exact amounts: decimals and fractions, never floats; rounded half up, once, at the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Exact = Decimal | Fraction | int


def rounded(value: Exact, digits: int = 2) -> str:
    """Half up (away from zero) to so many digits: 0.005 → 0.01, -0.005 → -0.01; never -0.00."""
    scaled = Fraction(value) * 10**digits
    whole = abs(scaled.numerator) * 2 + scaled.denominator
    units = whole // (2 * scaled.denominator)
    return _text(-units if scaled < 0 else units, digits)


def to_unit(value: Exact, unit: Exact, direction: str) -> Fraction:
    """The multiple of the unit next to the value: down, up, or half_up. 756000 by 10000 down → 750000."""
    quotient = Fraction(value) / Fraction(unit)
    whole = {
        "down": quotient.__floor__(),
        "up": quotient.__ceil__(),
        "half_up": (quotient + Fraction(1, 2)).__floor__() if quotient >= 0 else (quotient - Fraction(1, 2)).__ceil__(),
    }[direction]
    return whole * Fraction(unit)


def shares(parts: list[Fraction], digits: int = 2, whole: int = 100) -> list[str]:
    """Percents of the parts that add up to exactly `whole`, by largest remainder; equal remainders go to the earlier part.

    Parts may be negative (credit notes). All "0" where they add up to nothing: there is no share of nothing.
    """
    sum_of = sum(parts, Fraction(0))
    if sum_of == 0:
        return [_text(0, digits) for _ in parts]
    scale = whole * 10**digits
    ideal = [part / sum_of * scale for part in parts]
    floors = [value.__floor__() for value in ideal]
    left = scale - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (-(ideal[index] - floors[index]), index))
    for index in order[:left]:
        floors[index] += 1
    return [_text(value, digits) for value in floors]


def footed(parts: list[Fraction], digits: int = 2) -> list[str]:
    """The parts so rounded that they add up to their exact sum, rounded once: the units that are over go to the largest remainders."""
    scale = 10**digits
    floors = [(part * scale).__floor__() for part in parts]
    left = int(Fraction(rounded(sum(parts, Fraction(0)), digits)) * scale) - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (floors[index] - parts[index] * scale, index))
    for index in order[:left]:
        floors[index] += 1
    return [_text(value, digits) for value in floors]


def _text(units: int, digits: int) -> str:
    sign, units = ("-" if units < 0 else ""), abs(units)
    if digits == 0:
        return f"{sign}{units}"
    return f"{sign}{units // 10**digits}.{units % 10**digits:0{digits}d}"
