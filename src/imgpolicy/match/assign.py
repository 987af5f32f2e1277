"""Who may be which face when each person has at most one face: the exact assignment, not one face after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Claims = Mapping[str, float]
"""Of one face, whom it may be, and how alike they are, above 0."""

Plane = NDArray[np.float64]

_EQUAL = 1e-6
"""Sums that differ by less are equal: rounding must not choose between people."""


def bound(claims: Sequence[Claims]) -> tuple[bool, ...]:
    """Of each face, whether every best assignment gives it the one person whom it is most like.

    A best assignment is one of people to faces, each to at most one, with the largest sum of likeness. The order of
    the faces and of the people is no matter. False for a face with no claims, and for one most like two people.
    """
    leads = [_lead(own) for own in claims]
    led = [lead is not None for lead in leads]
    for group in _groups(claims):
        own = [claims[index] for index in group]
        best = _largest_sum(own) if len(group) > 1 else 0.0
        for place, index in enumerate(group):
            lead = leads[index]
            if len(group) > 1 and lead is not None:
                led[index] = _largest_sum(_without(own, place, lead)) < best - _EQUAL
    return tuple(led)


def _lead(claims: Claims) -> str | None:
    """The person whom the face is most like; None when that is nobody, or two people."""
    ranked = sorted(claims.items(), key=lambda claim: -claim[1])
    clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[1][1] < ranked[0][1] - _EQUAL)
    return ranked[0][0] if clear else None


def _groups(claims: Sequence[Claims]) -> Iterator[list[int]]:
    """The faces with any claim, in groups that share no person."""
    groups: list[tuple[set[str], list[int]]] = []
    for index, own in enumerate(claims):
        people, faces = set(own), [index]
        apart = []
        for group in groups:
            if people.isdisjoint(group[0]):
                apart.append(group)
            else:
                people |= group[0]
                faces += group[1]
        groups = [*apart, (people, faces)] if own else groups
    yield from (faces for _, faces in groups)


def _without(claims: Sequence[Claims], face: int, person: str) -> list[Claims]:
    """The claims but for this one."""
    return [
        {name: score for name, score in own.items() if (index, name) != (face, person)}
        for index, own in enumerate(claims)
    ]


def _largest_sum(claims: Sequence[Claims]) -> float:
    """The largest sum of likeness that an assignment reaches."""
    people = sorted({person for own in claims for person in own})
    table = np.array([[own.get(person, 0.0) for person in people] for own in claims])
    return _assignment_sum(table if table.shape[0] <= table.shape[1] else table.T)


def _assignment_sum(gains: Plane) -> float:
    """The largest sum of one gain from each row, no two of one column; no more rows than columns.

    The shortest augmenting paths of Jonker and Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse
    Linear Assignment Problems", Computing 38 (1987). A gain of 0 is as good as none, so nothing has to be assigned.
    """
    rows, columns = gains.shape
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=np.intp)  # the row of each column, from 1; column 0 holds the row to be placed
    for row in range(1, rows + 1):
        owner[0] = row
        column, came_from = _nearest_free(gains, owner, row_price, column_price)
        while column:
            owner[column] = owner[came_from[column]]
            column = int(came_from[column])
    placed = np.flatnonzero(owner[1:])
    return float(gains[owner[1:][placed] - 1, placed].sum())


def _nearest_free(
    gains: Plane, owner: NDArray[np.intp], row_price: Plane, column_price: Plane
) -> tuple[int, NDArray[np.intp]]:
    """The nearest column that no row owns, and from which column each was reached; the prices are kept up to date."""
    slack = np.full(len(owner), np.inf)
    came_from = np.zeros(len(owner), dtype=np.intp)
    done = np.zeros(len(owner), dtype=bool)
    column = 0
    while True:
        done[column] = True
        cost = -gains[owner[column] - 1] - row_price[owner[column]] - column_price[1:]
        nearer = np.flatnonzero(~done[1:] & (cost < slack[1:])) + 1
        slack[nearer], came_from[nearer] = cost[nearer - 1], column
        column = int(np.argmin(np.where(done, np.inf, slack)))
        step = slack[column]
        row_price[owner[done]] += step
        column_price[done] -= step
        slack[~done] -= step
        if owner[column] == 0:
            return column, came_from
