"""The policy's sentences, one file a family."""

from imgpolicy.rules.base import Case, Rule, judge

__all__ = ["Case", "Rule", "judge"]
