"""What came before: the main line that changes are judged against, and the commits on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mingbu.history import History, Texts, open_history
from mingbu.history.model import in_china
from mingbu.repository import RevisionError, opened


@dataclass(frozen=True)
class Past:
    """History as approvals are judged by it."""

    main: History
    """The main line up to the base: people and policy are read from here."""
    tip: History
    """The same with the commits that the base doesn't have."""
    genesis: int
    """The place on the main line up to which everything was brought in and is trusted as it stands."""
    pinned: bool
    """Whether somebody named the genesis; otherwise it was chosen here."""
    copied: bool
    """Whether the register is a sample that stands still at a day before its repository began: its clocks prove nothing."""
    texts: Texts
    """What its blobs hold."""

    def brought_in(self, place: int | None) -> bool:
        """Whether what landed at this place (None: not yet) is judged without clock and author."""
        return self.copied or (place is not None and place <= self.genesis)

    def landed(self, place: int, now: int) -> int:
        """When the main line came to the place: a clock that was turned back doesn't count, one that runs ahead of now says now."""
        return now if self.main.main(place).committed > now else self.main.clock(place, now)

    def day_of(self, place: int, now: int) -> str:
        """The day in China on which the main line came to the place."""
        return in_china(self.landed(place, now))[:10]

    @property
    def genesis_commit(self) -> str:
        return self.main.main(self.genesis).id


def past_of(root: Path, base: str, tip: str | None, genesis: str | None, stands_at: str | None, branch: str) -> Past:
    """The past of a register whose changes are judged against the commit `base`.

    tip: the commit that is looked at, None for HEAD. genesis: the revision that trust begins with; without one it is
    the first commit, or, in a copied sample (register.yml pins `stands_at`, a day before the first commit), the base.
    Raises HistoryError, and RevisionError when the genesis isn't on the main line.
    """
    whole = open_history(root, tip, branch=branch)
    place = whole.place_of(base)
    main = whole.until(place) if place is not None else open_history(root, base, branch=branch)
    if genesis is not None:
        with opened(root) as repository:
            named = repository.commit(genesis) if repository else None
        found = main.place_of(named) if named else None
        if found is None:
            raise RevisionError(genesis)
        return Past(main, whole, found, pinned=True, copied=False, texts=Texts(whole))
    copied = stands_at is not None and stands_at < main.main(0).time[:10]
    return Past(main, whole, main.length - 1 if copied else 0, pinned=False, copied=copied, texts=Texts(whole))
