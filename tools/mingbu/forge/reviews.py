"""What a git host's API says of a pull request and its reviews, and which of the reviews say yes to what is proposed now."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

HOSTS = ("github", "gitea")
_CHINA = timezone(timedelta(hours=8))
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STATES = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes", "REQUEST_CHANGES": "changes",
    "DISMISSED": "dismissed",
    "COMMENTED": "comment", "COMMENT": "comment",
    "PENDING": "pending", "REQUEST_REVIEW": "pending",
}  # fmt: skip
"""The hosts' words for what a review says; every other word is a state that we don't know and counts for nothing."""
_SAID_NOTHING = {"comment", "pending"}


class ShapeError(Exception):
    """The JSON isn't what the host's API gives; the text is the field that is missing or of another kind."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request: which commit is proposed, against which branch."""

    number: int
    head: str
    base: str
    """The commit that the host names for the branch; `merged_from`: where the proposal left it, when the host says so."""
    branch: str
    author: str
    merged_from: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """One review, in words that all hosts share."""

    id: int
    account: str
    """Empty where the host has forgotten whose it was."""
    state: str
    """approved · changes · dismissed · comment · pending · unknown."""
    stale: bool
    """The host itself says that the proposal has changed since."""
    at: datetime | None
    commit: str
    body: str

    @property
    def day(self) -> str:
        """The day in China on which it was given."""
        return self.at.date().isoformat() if self.at else ""


def host_of(pull: Any, reviews: Any) -> str | None:
    """Whose API gives such JSON; None when it can't be told."""
    rows = [row for row in (reviews if isinstance(reviews, list) else []) if isinstance(row, dict)]
    if any("official" in row for row in rows) or (isinstance(pull, dict) and "merge_base" in pull):
        return "gitea"
    return "github" if any("node_id" in row for row in [pull, *rows] if isinstance(row, dict)) else None


def pull_of(data: Any) -> Pull:
    """Raises ShapeError."""
    before = data.get("merge_base") if isinstance(data, dict) else None
    return Pull(
        number=_get(data, int, "number"),
        head=_commit(data, "head", "sha"),
        base=_commit(data, "base", "sha"),
        branch=_get(data, str, "base", "ref"),
        author=_account(data),
        merged_from=before if isinstance(before, str) and _COMMIT.fullmatch(before) else None,
    )


def reviews_of(data: Any) -> list[Review]:
    """The reviews in the order in which they were given. Raises ShapeError."""
    if not isinstance(data, list):
        raise ShapeError("reviews")
    return sorted((_review(row) for row in data), key=lambda review: (review.at is None, review.at or datetime.min.replace(tzinfo=_CHINA), review.id))


def _review(row: Any) -> Review:
    state = "dismissed" if isinstance(row, dict) and row.get("dismissed") is True else _STATES.get(_get(row, str, "state").upper(), "unknown")
    said_something = state not in _SAID_NOTHING
    return Review(
        id=_get(row, int, "id"),
        account=_account(row),
        state=state,
        stale=row.get("stale") is True,
        at=_time(row) if said_something else None,
        commit=_get(row, str, "commit_id") if said_something else "",
        body=_body(row.get("body")),
    )


def _body(written: Any) -> str:
    """What the reviewer wrote, with line ends and characters composed as records have them."""
    lines = unicodedata.normalize("NFC", written if isinstance(written, str) else "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _account(row: Any) -> str:
    user = row.get("user") if isinstance(row, dict) else None
    login = user.get("login") if isinstance(user, dict) else None
    return login if isinstance(login, str) else ""


def _time(row: Any) -> datetime:
    """When it was given, by the host's clock, as the time in China."""
    try:
        found = datetime.fromisoformat(_get(row, str, "submitted_at"))
        return found.astimezone(_CHINA).replace(microsecond=0) if found.tzinfo else _wrong("submitted_at")
    except (ValueError, OverflowError):
        raise ShapeError("submitted_at") from None


def _wrong(name: str) -> Any:
    raise ShapeError(name)


def _commit(data: Any, *names: str) -> str:
    found: str = _get(data, str, *names)
    return found if _COMMIT.fullmatch(found) else str(_wrong(".".join(names)))


def _get(data: Any, kind: type, *names: str) -> Any:
    """The value at the place, which has to be there and of the kind."""
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    if not isinstance(data, kind) or isinstance(data, bool) or (isinstance(data, int) and data < 1):
        raise ShapeError(".".join(names))
    return data


def sifted(pull: Pull, reviews: Sequence[Review]) -> Iterator[tuple[Review, str | None]]:
    """Every review, with None where it says yes to what is proposed now, else with the sentence that says why it doesn't.

    Only what an account has said last counts; a remark takes nothing back.
    """
    last = {review.account.casefold(): review.id for review in reviews if review.state not in _SAID_NOTHING}
    for review in reviews:
        yield review, _against(pull, review, last.get(review.account.casefold()) == review.id)


def _against(pull: Pull, review: Review, is_last: bool) -> str | None:
    if review.state in _SAID_NOTHING:
        return f"notarize.{review.state}"
    if not is_last:
        return "notarize.superseded"
    if review.state != "approved":
        return f"notarize.{review.state}"
    if not review.account:
        return "notarize.nobody"
    if review.account.casefold() == pull.author.casefold():
        return "notarize.own"
    return "notarize.stale" if review.stale or review.commit != pull.head else None
