"""Tables between being sent and being imported: one an account, for forty minutes."""

from __future__ import annotations

import time

import pytest

from imgpolicy.server.sheets import Sent, Sheets
from imgpolicy.service.uploads import Upload


@pytest.fixture
def dropped() -> list[Upload]:
    return []


@pytest.fixture
def sheets(dropped: list[Upload]) -> Sheets:
    return Sheets(dropped.append)


def upload(name: str) -> Upload:
    return Upload(id=f"u-{name}", name=f"{name}.csv", file=f"f-{name}", sha256="")


def test_another_table_takes_the_place_of_the_former(sheets: Sheets, dropped: list[Upload]) -> None:
    sheets.put("kurt", Sent(upload=upload("one"), update=False))
    sheets.put("olga", Sent(upload=upload("hers"), update=True))
    sheets.put("kurt", Sent(upload=upload("two"), update=False))
    assert dropped == [upload("one")]
    kurts, olgas = sheets.of("kurt"), sheets.of("olga")
    assert kurts is not None
    assert olgas is not None
    assert (kurts.upload, olgas.upload) == (upload("two"), upload("hers"))
    sheets.end("kurt")
    sheets.end("kurt")
    assert (sheets.of("kurt"), dropped) == (None, [upload("one"), upload("two")])


def test_what_is_past_its_time_is_forgotten(sheets: Sheets, dropped: list[Upload]) -> None:
    sheets.put("kurt", Sent(upload=upload("one"), update=False, until=time.monotonic() - 1))
    assert sheets.of("kurt") is None
    assert dropped == [upload("one")]
