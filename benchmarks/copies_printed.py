"""What benchmarks/copies.py prints: counts by what the pictures are, by method and by attack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

METHODS = ("PDQ", "pHash", "dHash", "SIFT", "keypoints")
Group = Sequence["Scored"]


@dataclass(frozen=True)
class Scored:
    """One picture held against all works: its attack and work, if it is a copy; the best work and score by method.

    `template` is true of another picture in the template of a work.
    """

    name: str
    attack: str | None
    collection: str
    template: bool
    work: int | None
    best: dict[str, tuple[int | None, float]]
    certain: frozenset[int]
    possible: frozenset[int]


@dataclass(frozen=True)
class Rule:
    """A way to call a picture a copy, and the works that it then names."""

    name: str
    works: Callable[[Scored], frozenset[int]]


def at_least(method: str, least: float) -> Callable[[Scored], frozenset[int]]:
    """The best work by this method, if its score reaches that."""

    def works(found: Scored) -> frozenset[int]:
        work, score = found.best[method]
        return frozenset() if work is None or score < least else frozenset((work,))

    return works


RULES = (
    Rule("certain", lambda found: found.certain),
    Rule("certain or possible", lambda found: found.certain | found.possible),
    Rule("PDQ <= 31", at_least("PDQ", -31)),
    Rule("PDQ <= 54", at_least("PDQ", -54)),
    Rule("pHash <= 6", at_least("pHash", -6)),
    Rule("pHash <= 10", at_least("pHash", -10)),
)
PLAIN = (Rule("SIFT >= 10", at_least("SIFT", 10)), Rule("SIFT >= 20", at_least("SIFT", 20)))


def print_product(scored: Group, kinds: Sequence[str]) -> None:
    """What a check says, all stages together, by the thresholds in force; `kinds` are those of the works."""
    print(f"\n{'a check finds':40} certain   certain or possible")
    for name, group in {**copies(scored, kinds), **no_copies(scored)}.items():
        counts = [sum(hit(found, rule) for found in group) for rule in RULES[:2]]
        print(f"{name:40} {share(counts[0], len(group))}   {share(counts[1], len(group))}")


def copies(scored: Group, kinds: Sequence[str]) -> dict[str, list[Scored]]:
    by_kind: dict[str, list[Scored]] = defaultdict(list)
    for found in scored:
        if found.work is not None:
            by_kind[kinds[found.work]].append(found)
    others = [found for kind, group in by_kind.items() for found in group if kind != "photograph"]
    named = {f"    {kind}": by_kind[kind] for kind in sorted(by_kind) if kind != "photograph"}
    return {"copies of photographs": by_kind["photograph"], "copies of other works": others, **named}


def no_copies(scored: Group) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {"another picture in the same template": [], "pictures that are no copies": []}
    for found in sorted(scored, key=lambda one: (not one.template, one.collection)):
        if found.work is None:
            groups["another picture in the same template" if found.template else "pictures that are no copies"].append(
                found
            )
            groups.setdefault(f"    {'same' if found.template else 'other'} {found.collection}", []).append(found)
    return groups


def hit(found: Scored, rule: Rule) -> bool:
    """Whether the rule names the work of a copy, or any work for a picture that is none."""
    works = rule.works(found)
    return bool(works) if found.work is None else found.work in works


def share(count: int, of: int) -> str:
    """The share with its 95 % interval (Clopper and Pearson, 1934)."""
    if not of:
        return "none"
    low = 0.0 if count == 0 else float(beta.ppf(0.025, count, of - count + 1))
    high = 1.0 if count == of else float(beta.ppf(0.975, count + 1, of - count))
    return f"{count}/{of} = {count / of:.2%} [{low:.2%}, {high:.2%}]"


def print_side_by_side(scored: Group, kinds: Sequence[str]) -> None:
    """Each method at fixed thresholds: on all pictures, and on those that plain SIFT has looked at as well."""
    for rules, some in ((RULES, scored), ((*RULES, *PLAIN), [found for found in scored if "SIFT" in found.best])):
        print(f"\n{'hits, at fixed thresholds':40} pictures" + "".join(f"{rule.name:>21}" for rule in rules))
        for name, group in {**copies(some, kinds), **no_copies(some)}.items():
            if group and not name.startswith(" "):
                shares = (sum(hit(found, rule) for found in group) / len(group) for rule in rules)
                print(f"{name:40} {len(group):8}" + "".join(f"{one:21.2%}" for one in shares))


def print_methods(scored: Group) -> None:
    """Each method by its score alone: the best work of each picture, right or wrong."""
    print(f"\n{'method':12} copies   recall at no false positive   micro-AP")
    for method in METHODS:
        some = [found for found in scored if method in found.best]
        of = sum(found.work is not None for found in some)
        ranked = sorted(((found.best[method][1], right(found, method)) for found in some), reverse=True)
        highest_wrong = max((score for score, is_right in ranked if not is_right), default=-np.inf)
        recall = sum(is_right and score > highest_wrong for score, is_right in ranked) / max(1, of)
        ap = micro_ap(ranked, of)
        print(f"{method:12} {of:6} {recall:29.1%} {ap:10.3f}   (highest wrong score {highest_wrong:g})")


def right(found: Scored, method: str) -> bool:
    return found.work is not None and found.best[method][0] == found.work


def micro_ap(ranked: Iterable[tuple[float, bool]], copies: int) -> float:
    """Mean precision at each right answer over all pictures together (DISC21, Douze and others, 2021)."""
    total, hits = 0.0, 0
    for rank, (_, is_right) in enumerate(ranked, start=1):
        if is_right:
            hits += 1
            total += hits / rank
    return total / max(1, copies)


def print_attacks(scored: Group) -> None:
    print(f"\n{'attack':26} copies  certain  possible   PDQ <= 54   pHash <= 6")
    by_attack: dict[str, list[Scored]] = defaultdict(list)
    for found in scored:
        if found.attack is not None:
            by_attack[found.attack].append(found)
    for attack, group in by_attack.items():
        sure, seen, pdq, phash = (
            sum(hit(found, rule) for found in group) / len(group) for rule in (RULES[0], RULES[1], RULES[3], RULES[4])
        )
        print(f"{attack:26} {len(group):6} {sure:8.0%} {seen:9.0%} {pdq:11.0%} {phash:12.0%}")
