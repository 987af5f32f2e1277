"""The archive: pages and programs look through it, and no command does."""

from __future__ import annotations

from dataclasses import replace

from tests.service.doors import YES, Forbidden, No

from imgpolicy.service import grants, listing
from imgpolicy.service.listing import Filter

PAGE = No("pages and programs ask it, and no command does")
READS = No("it reads")

ARCHIVE = (
    Forbidden(
        asks="listing.part",
        what="a page of the archive that no page named",
        said="there is no such page: begin with the first",
        call=lambda ws, _: listing.part(ws, Filter(after="yesterday/zz")),
        typed=PAGE,
        brought=READS,
    ),
    Forbidden(
        asks="listing.part",
        what="pictures of nobody",
        said="there is nobody 'nobody' in the register",
        call=lambda ws, _: listing.part(ws, Filter(person="nobody")),
        typed=PAGE,
        brought=READS,
    ),
    Forbidden(
        asks="listing.report_on",
        what="a picture that is not in the archive",
        said="there is no such picture in the archive",
        call=lambda ws, _: listing.report_on(ws, "no id"),
        typed=PAGE,
        brought=READS,
    ),
    Forbidden(
        asks="grants.reach",
        what="what a yes would reach",
        said="only a no reaches anything",
        call=lambda ws, _: grants.reach(ws, replace(YES, id="c-would")),
        typed=No("commands that deny ask it of a no alone"),
        brought=READS,
    ),
)
