"""The policy's sentences, one file a family."""

from imgpolicy.rules.base import Case, House, Rule, judge

__all__ = ["Case", "House", "Rule", "judge"]
