"""Write the page on what a register keeps anew: `python -m tools.stores`."""

from __future__ import annotations

from pathlib import Path

from imgpolicy.register.stores import OUTSIDE, STORES, Store

PAGE = Path(__file__).parent.parent / "docs" / "stores.md"

_HEAD = """\
# What is kept, of whom, and for how long

Everything that a register holds stands in one of these stores. `imgpolicy person export` and `imgpolicy person erase`
go through all of them. This page is made from the table that they go through.

Nothing goes away by itself: a consent that has ended stays as proof of what was agreed, until the person is erased.
`imgpolicy consent due` lists the people on whom nothing rests any more, and `imgpolicy person erase --nothing-rests`
erases them ([how long](register.md#how-long)).
Backups and exports that were made before an erasure, and registers that `register restore` set aside, still hold what
they held; delete them too.

| store | holds | who is in it | kept | shown to the person | erased with the person |
|---|---|---|---|---|---|
"""


_OUTSIDE = """
## Outside of the register

What commands leave in folders that you name is no part of a register: `person export` and `person erase` do not reach
it, and `register backup` does not copy it. Whoever is erased has to be looked for there by hand; a report names them by
their id.

| where | holds | who is in it | kept |
|---|---|---|---|
"""


def page() -> str:
    """The page, ending in a line break."""
    inside = "".join(f"| {' | '.join(_cells(store))} |\n" for store in STORES)
    outside = "".join(f"| {' | '.join(_cells(store)[:4])} |\n" for store in OUTSIDE)
    return f"{_HEAD}{inside}{_OUTSIDE}{outside}"


def _cells(store: Store) -> tuple[str, ...]:
    shown, erased = ("no" if verb is None else "yes" for verb in (store.show, store.forget))
    places = ", ".join(f"`{name}`" for name in (*store.tables, *store.files))
    return store.name, f"{store.holds} ({places})", store.who, store.retention, shown, erased


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
