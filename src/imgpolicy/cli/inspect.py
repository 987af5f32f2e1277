"""`imgpolicy inspect`: what is in a picture, without any opinion."""

from __future__ import annotations

import io
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.language import ENGLISH, language


def inspect(
    picture: Annotated[
        str, typer.Argument(metavar="PICTURE", help="A picture, an http(s) URL, or - for standard input.")
    ],
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    lang: common.LanguageOption = None,
    allow_private_hosts: Annotated[
        bool, typer.Option("--allow-private-hosts", help="Fetch from private and loopback addresses too.")
    ] = False,
) -> int:
    """What is in this picture: faces, what the file says, fingerprints. Needs no policy and no register."""
    from imgpolicy.checker import look
    from imgpolicy.render.text import print_facts
    from imgpolicy.wire.inspection import facts_json

    info, facts, unknowns = look(picture, allow_private_hosts=allow_private_hosts)
    if format is common.Format.JSON:
        common.emit(facts_json(info, facts, unknowns, ENGLISH if lang is None else language(lang)))
        return 0
    buffer = io.StringIO()
    console = common.standard_output(buffer)
    print_facts(info, facts, unknowns, console, common.language_of(lang))
    common.emit(buffer.getvalue())
    return 0
