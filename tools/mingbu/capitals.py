"""Amounts in capital Chinese numerals 大写金额, as cheques, letters and forms want them: 1680.32 → 壹仟陆佰捌拾元叁角贰分."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(-?)((?:0|[1-9][0-9]{0,15})\.[0-9]{2})")
LARGEST = "9999999999999999.99"
"""Beyond this the numerals have no name for the places that everybody would read alike."""


def capitals(amount: str) -> str:
    """The amount in words. It ends in 整 where there are no 分 and no 角; 零 stands for one or more places left out.

    The amount is a string with two digits, as records hold it. Raises ValueError for any other text and beyond LARGEST.
    """
    import cn2an

    found = _AMOUNT.fullmatch(amount)
    if found is None:
        raise ValueError(amount)
    sign = "负" if found[1] and found[2] != "0.00" else ""
    return sign + str(cn2an.an2cn(found[2], "rmb"))
