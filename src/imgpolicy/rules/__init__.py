"""The policy's sentences, one file a family."""

from imgpolicy.rules.base import Case, Organisation, Rule, judge

__all__ = ["Case", "Organisation", "Rule", "judge"]
