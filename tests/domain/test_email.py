"""An address goes into the head of a mail: one mailbox, and nothing else."""

from __future__ import annotations

import pytest

from imgpolicy.domain.validate import check_email
from imgpolicy.errors import RegisterError


@pytest.mark.parametrize("address", ["a@example.org", "mette.kjaer+post@mail.example.co.uk", "o'neil_1@x-y.dk"])
def test_a_mailbox_is_taken(address: str) -> None:
    check_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mette",
        "mette@",
        "@example.org",
        "mette@example",
        "mette@example.org, per@example.org",
        "mette@example.org\nBcc: per@example.org",
        "mette@example.org\r",
        "Mette <mette@example.org>",
        "mette @example.org",
        ".mette@example.org",
        "mette@-example.org",
        "mette@example..org",
        "mette@exämple.org",
        "m" * 250 + "@example.org",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(RegisterError, match="no address that mail can be sent to"):
        check_email(address)
