"""Domain formats (x-format): text in, whether it has the form out. Maintained libraries decide where there are any.

The libraries are imported where they are used: a command that meets no telephone number doesn't pay for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from mingbu.yamlio.characters import mixed_script

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""
ID_BODY = f"[{ALPHABET}]{{6}}"

PATTERNS: dict[str, str] = {
    "line": r"[^ \t\n\u3000](?:[^\n\t]*[^ \t\n\u3000])?",
    "cny": r"-?(?:0|[1-9][0-9]{0,12})\.[0-9]{2}",
    "cny-unsigned": r"(?:0|[1-9][0-9]{0,12})\.[0-9]{2}",
    "percent": r"(?:100(?:\.0{1,4})?|[1-9]?[0-9](?:\.[0-9]{1,4})?)",
    "decimal": r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?",
    "extension": r"[0-9]{1,6}",
    "postal-code": r"[0-9]{6}",
    "cnaps": r"[0-9]{12}",
    "masked-account": r"\*{4} [0-9]{4}",
    "sha256": r"[0-9a-f]{64}",
    "pinyin": r"[a-z]+(?: [a-z0-9]+)*",
    "industry-class": r"[0-9]{2,4}",
    "region-prefix": r"(?:[0-9]{2}|[0-9]{4}|[0-9]{6})",
    "department-code": r"[A-Z][A-Z0-9]{1,7}(?:-[A-Z0-9]{1,6})?",
    "host-team": r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}",
    "regulation-letter": r"[A-F]",
    "requirement-id": r"[A-F][1-9][0-9]?",
    "contract-no": r"[A-Z][A-Z0-9]{1,7}(?:-[A-Z0-9]{1,6})?-[0-9]{4}-[0-9]{3,5}",
    "survey-round": r"[1-9][0-9]{3}-(?:02|08)",
    "year-month": r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])",
    "record-id": rf"(?:[A-Z]{{3}}-{ID_BODY}|[a-z][a-z-]*/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})",
    "digest": r"sha256:[0-9a-f]{64}",
    "commit": r"[0-9a-f]{40}(?:[0-9a-f]{24})?",
    "ssh-public-key": (
        r"(?:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}"
        r"|(?:sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(?:256|384|521)|sk-ecdsa-sha2-nistp256@openssh\.com) AAAA[A-Za-z0-9+/]{60,300}={0,2}"
        r"|ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB[A-Za-z0-9+/]{340,800}={0,2})(?: [!-~]{1,80})?"  # RSA from 2,048 bits
    ),
}
"""Formats that a pattern decides alone; a match covers the whole text."""


EDITOR_PATTERNS: dict[str, str] = {
    **PATTERNS,
    "name": PATTERNS["line"],
    "date": r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
    "china-time": r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00",
    "uscc": r"[1-9ANY][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}",
    "registration-no": r"[0-9]{15}",
    "phone": r"\+?[0-9](?:[0-9 -]*[0-9])?",
    "email": r"[^ @]+@[^ @]+\.[a-z0-9-]+",
    "url": r"https://[^ \"<>`@\\]+",
    "currency": r"[A-Z]{3}",
    "region": r"[1-8][0-9]{5}",
}
"""What an editor can check of every format without our code: looser than the formats where a check digit or a table decides."""


def pattern_format(expression: str) -> Callable[[str], bool]:
    """Whether the whole text matches; a wrong expression, which lint refuses, matches nothing."""
    try:
        match = re.compile(expression).fullmatch
    except re.error:
        return lambda value: False
    return lambda value: match(value) is not None


def is_date(value: str) -> bool:
    """YYYY-MM-DD, a day that exists."""
    if len(value) != 10 or not value.isascii() or value[4] != "-" or value[7] != "-":
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return value[:4].isdigit() and value >= "1000"


_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")


def is_china_time(value: str) -> bool:
    """RFC 3339 to the second, in +08:00, at a moment that exists."""
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_LETTERS = re.compile(r"[^\W\d_]+")


def is_name(value: str) -> bool:
    """One line whose letters are not of look-alike scripts, over the whole name."""
    return _is_line(value) and (value.isascii() or not mixed_script(["".join(_LETTERS.findall(value))]))


_is_line = pattern_format(PATTERNS["line"])
_USCC = re.compile(r"(?:[1-9]|[ANY])[0-9][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}")


@lru_cache(maxsize=65536)
def is_uscc(value: str) -> bool:
    """Unified social credit code, GB 32100-2015. python-stdnum refuses codes that start with N, A or Y: its check digit is used for them."""
    if not _USCC.fullmatch(value):
        return False
    from stdnum.cn import uscc

    return bool(uscc.calc_check_digit(value[:17]) == value[17])


def is_registration_no(value: str) -> bool:
    """The 15-digit registration number used before 2015, ISO 7064 Mod 11,10."""
    from stdnum.iso7064 import mod_11_10

    return len(value) == 15 and value.isascii() and value.isdigit() and bool(mod_11_10.is_valid(value))


@lru_cache(maxsize=65536)
def is_phone(value: str) -> bool:
    """A telephone number that could exist; extensions have a field of their own."""
    import phonenumbers

    if not re.fullmatch(r"\+?[0-9](?:[0-9 -]*[0-9])?", value):
        return False
    try:
        number = phonenumbers.parse(value, "CN")
    except phonenumbers.NumberParseException:
        return False
    return number.extension is None and phonenumbers.is_possible_number(number)


@lru_cache(maxsize=65536)
def is_email(value: str) -> bool:
    """An address by its form; nothing is asked over the network."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized == value
    except EmailNotValidError:
        return False


_NOT_IN_LINKS = frozenset(' \\"<>`')
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def is_url(value: str) -> bool:
    """An https link to a named host, without user, password or port tricks."""
    if not value.isascii() or not value.isprintable() or _NOT_IN_LINKS & set(value) or not value.startswith("https://"):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return "@" not in parts.netloc and bool(_HOST.fullmatch(parts.hostname or ""))


def is_currency(value: str) -> bool:
    """An ISO 4217 code."""
    from babel.numbers import list_currencies

    return value in list_currencies()


def is_text(value: str) -> bool:
    """Something is said: not only spaces and line breaks."""
    return bool(value.strip(" \t\n\u3000"))


def region_format(provinces: frozenset[str]) -> Callable[[str], bool]:
    """Six digits whose first two name a province of the code list."""
    six = pattern_format(r"[0-9]{6}")
    return lambda value: six(value) and value[:2] in provinces


FORMATS: dict[str, Callable[[str], bool]] = {
    **{name: pattern_format(expression) for name, expression in PATTERNS.items()},
    "date": is_date,
    "china-time": is_china_time,
    "name": is_name,
    "text": is_text,
    "uscc": is_uscc,
    "registration-no": is_registration_no,
    "phone": is_phone,
    "email": is_email,
    "currency": is_currency,
    "url": is_url,
}


def id_pattern(prefix: str) -> str:
    """The pattern of a kind's ids; policies are named topic/date."""
    if "/" in prefix:
        return re.escape(prefix) + r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    return f"{prefix}-{ID_BODY}"


def id_format(prefixes: tuple[str, ...]) -> Callable[[str], bool]:
    """Ids of one of the kinds."""
    return pattern_format("|".join(id_pattern(prefix) for prefix in prefixes))
