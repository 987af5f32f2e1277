"""Every error that imgpolicy raises on purpose.

    ImgPolicyError
    ├── PictureError     the picture cannot be read, or is not a picture
    ├── PolicyError      the policy file, or a posting that it does not allow
    ├── RegisterError    the register, its key, or a request that it refuses
    ├── ExtractError     a fact could not be looked at; becomes an ``Unknown`` inside the walk
    ├── FactsError       facts that were kept are damaged, or a fact is none that is kept
    ├── RemedyError      a remedy could not be carried out; nothing was written
    └── RequestError     what is asked contradicts itself or the policy; nothing was done
        ├── DeniedError        whoever asks may not do it; nothing was done
        └── BadRequestError    what was sent is no form or document that is taken here; nothing was done

A message is one line: what is wrong, where, what to do. Only `ExtractError` is caught inside the package.
"""


class ImgPolicyError(Exception):
    """Base of all of them; never raised itself."""


class PictureError(ImgPolicyError):
    """The picture is missing, too large, damaged or of no known format."""


class PolicyError(ImgPolicyError):
    """The policy cannot be read, says something unknown, or does not know what a posting names."""


class RegisterError(ImgPolicyError):
    """The register cannot be opened, or refuses what was asked of it."""


class ExtractError(ImgPolicyError):
    """Something in the picture could not be looked at."""


class FactsError(ImgPolicyError):
    """What was kept of a picture is damaged, or something is not to be kept; look at the picture again."""


class RemedyError(ImgPolicyError):
    """A remedy could not be carried out or could not be proved; nothing was written."""


class RequestError(ImgPolicyError):
    """What is asked contradicts itself, or names what the policy does not know; nothing was done."""


class DeniedError(RequestError):
    """Whoever asks may not do it; nothing was done."""


class BadRequestError(RequestError):
    """What was sent is no form or document that is taken here; nothing was done."""
