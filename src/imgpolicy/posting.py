"""The posting's parts under the name by which programs import them."""

from imgpolicy.domain.posting import Origin, Posting, Role

__all__ = ["Origin", "Posting", "Role"]
