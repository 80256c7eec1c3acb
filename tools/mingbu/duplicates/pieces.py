"""The pieces of a name that are cut off before its trade name is looked for: brackets, branch, group, form, ordinals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mingbu.duplicates.normal import bracketed, is_latin, is_numeral, number_of, spelled
from mingbu.duplicates.reading import Branch
from mingbu.duplicates.rules import COMPANY, Form, Rules

GROUP, MEMBER = "group", "member"


@dataclass(slots=True)
class Pieces:
    """What has been cut off so far, and the text that is left."""

    text: str
    places: frozenset[str] = frozenset()
    branch: Branch | None = None
    group: str = ""
    form: Form | None = None
    ending: str = ""
    """The legal form as written."""
    inner: Form | None = None
    """What a company's legal form stands behind 医院有限公司."""
    mark: str = ""
    numbers: list[int] = field(default_factory=list)


def cut(name: str, rules: Rules) -> Pieces:
    """The pieces of a name; the text left begins with the region, if there is one, and ends before the legal form."""
    plain, brackets = bracketed(spelled(name))
    pieces = Pieces(plain)
    moved = 0
    for place, inside in brackets:
        if not _bracket(pieces, inside, place + moved >= len(pieces.text), rules):
            pieces.text = pieces.text[: place + moved] + inside + pieces.text[place + moved :]
            moved += len(inside)
    pieces.text = _counted(pieces.text, pieces.numbers, rules)
    _cut_branch(pieces, rules)
    _cut_form(pieces, rules)
    _cut_group(pieces, rules)
    return pieces


def _bracket(pieces: Pieces, inside: str, last: bool, rules: Rules) -> bool:
    """Whether what stands in brackets has a meaning of its own 有限合伙, 集团, 杭州; else it is a part of the name."""
    if inside in rules.marks:
        pieces.mark = rules.marks[inside]
    elif inside in rules.groups:
        pieces.group = GROUP
    elif inside.startswith(rules.former) or inside in rules.head_offices:
        pass
    elif (found := whole_place(inside, rules)) is not None:
        pieces.places = found
    elif last and inside.endswith((*rules.branches, *rules.forms)) and inside not in rules.forms:
        pieces.branch = branch_of(inside, rules)
    else:
        return False
    return True


def whole_place(text: str, rules: Rules) -> frozenset[str] | None:
    """The codes of a text that is nothing but a region 浙江杭州."""
    places: frozenset[str] | None = None
    while text:
        found = next(rules.places.starting(text), None)
        if found is None:
            return None
        places, text = found.codes, text[len(found.word) :].strip()
    return places


def branch_of(text: str, rules: Rules) -> Branch:
    """西湖区第二分公司 → its place, and what else tells it from other branches."""
    numbers: list[int] = []
    text, codes = _counted(text, numbers, rules), frozenset[str]()
    while found := next(rules.places.starting(text), None):
        codes, text = found.codes, text[len(found.word) :]
    plain = "".join(char for char in text if char not in rules.place_endings)
    return Branch(codes, plain + "".join(f"#{number}" for number in numbers))


def _cut_branch(pieces: Pieces, rules: Rules) -> None:
    """What follows the legal form, or ends in a word for a branch, is the branch."""
    text = pieces.text
    head = next((text.removesuffix(word) for word in rules.head_offices if text.endswith(word) and len(text) > len(word) + 1), text)
    end = _after_anchor(head, rules)
    if end is None:
        end = _before_branch(head, rules)
    if end is not None and pieces.branch is None:
        pieces.branch = branch_of(head[end:].strip(), rules)
        head = head[:end]
    pieces.text = head.strip()


def _after_anchor(text: str, rules: Rules) -> int | None:
    """Where the branch begins behind a word such as 公司, 银行 or 医院."""
    if not text.endswith((*rules.branches, *rules.outlets)):
        return None
    ends = []
    for word in rules.anchors:
        end = _inside(text, word) + len(word)
        if end > len(word) and (text[end:].endswith(rules.branches) or _is_outlet(text[end:], word in rules.forms, rules)):
            ends.append(end)
    return max(ends, default=None)


def _is_outlet(tail: str, behind_form: bool, rules: Rules) -> bool:
    """Whether what follows is a place of business: 有限公司西湖店, 超市西湖店, but not 火锅店."""
    return tail.endswith(rules.outlets) and (behind_form or next(rules.places.starting(tail), None) is not None)


def _inside(text: str, word: str) -> int:
    """The last place of the word that isn't the end of the text."""
    return max(text.rfind(word, 1, len(text) - 1), 0)


def _before_branch(text: str, rules: Rules) -> int | None:
    """Where the branch begins in a short name 澄岚西湖分店: at its place or number, else at the word itself."""
    word = next((word for word in rules.branches if text.endswith(word) and len(text) >= len(word) + 2), None)
    if word is None:
        return None
    end = len(text) - len(word)
    place = rules.places.last(text[:end])
    if place is not None and end - len(place.word) >= 2:
        return end - len(place.word)
    start = end
    while start > 2 and (is_numeral(text[start - 1]) or text[start - 1 : start] in rules.before):
        start -= 1
    return start


def _cut_form(pieces: Pieces, rules: Rules) -> None:
    """Takes the legal form off the end, unless a longer word of trade ends there (银行 isn't a 行)."""
    text = pieces.text
    words = [word for word in _endings(text) if word in rules.forms and len(word) < len(text)]
    word = words[0] if words else ""
    trades = [ending for ending in _endings(text) if ending in rules.industries]
    if not word or (trades and len(trades[0]) > len(word)) or (is_latin(word[0]) and is_latin(text[-len(word) - 1])):
        return
    rest = text[: -len(word)].strip()
    if len(rest) < 2:
        return
    mark = next((ending for ending in _endings(rest) if ending in rules.marks and len(rest) > len(ending) + 1), "")
    pieces.form, pieces.ending, pieces.text = rules.forms[word], word, rest
    if pieces.form.family == COMPANY:
        inner = next((ending for ending in _endings(rest) if len(ending) > 1 and ending in rules.outlets and len(rest) > len(ending) + 1), "")
        pieces.inner, pieces.ending, pieces.text = rules.forms.get(inner), inner + word, rest.removesuffix(inner)
    if mark and not pieces.mark:
        pieces.mark, pieces.text = rules.marks[mark], rest.removesuffix(mark)


def _endings(text: str) -> list[str]:
    """The ends of a text, the longest first."""
    return [text[start:] for start in range(max(0, len(text) - 24), len(text))]


def _cut_group(pieces: Pieces, rules: Rules) -> None:
    """澄岚集团 is a group, 澄岚集团财务 a member of one."""
    for word in rules.groups:
        place = pieces.text.find(word, 2)
        if place > 0:
            behind = pieces.text[place + len(word) :].strip()
            pieces.group = GROUP if not behind or rules.industries.get(behind, behind) is None else MEMBER
            pieces.text = (pieces.text[:place] + behind).strip()


def _counted(text: str, numbers: list[int], rules: Rules) -> str:
    """The text with its ordinals 第一, 二中, 3号 in one spelling; the numbers are put on the list."""
    if not any(map(is_numeral, text)):
        return text
    result, place = "", 0
    while place < len(text):
        end = place
        while end < len(text) and is_numeral(text[end]):
            end += 1
        value = number_of(text[place:end]) if end > place else None
        ordinal = result.endswith(rules.before) or text.startswith(rules.after, end) or text[place:end].isascii()
        if value and ordinal:
            before = next((word for word in rules.before if result.endswith(word)), "")
            result = result.removesuffix(before) + str(value)
            numbers.append(value)
        else:
            end = max(end, place + 1)
            result += text[place:end]
        place = end
    return result


def with_branch(pieces: Pieces, codes: frozenset[str]) -> Pieces:
    """The pieces of an office in another place than its firm: 北京某某(杭州)律师事务所."""
    return replace(pieces, branch=pieces.branch or Branch(codes, ""), places=frozenset())
