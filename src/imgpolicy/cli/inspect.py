"""`imgpolicy inspect`: what is in a picture, without any opinion."""

from __future__ import annotations

import io
from typing import Annotated

import typer

from imgpolicy import policy_place
from imgpolicy.cli import common
from imgpolicy.cli.check import note_misnamed
from imgpolicy.cli.exits import Exit
from imgpolicy.language import ENGLISH, language


def inspect(
    picture: Annotated[
        str, typer.Argument(metavar="PICTURE", help="A picture, an http(s) URL, or - for standard input.")
    ],
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    lang: common.LanguageOption = None,
    policy: common.PolicyOption = None,
    allow_private_hosts: common.PrivateHostsOption = False,
) -> int:
    """What is in this picture: faces, what the file says, fingerprints. Needs no register, and no policy either.

    Extractors of plug-ins look too, where there is a policy that names them.
    """
    from imgpolicy.render.text import print_facts
    from imgpolicy.service.files import inspect as look_into
    from imgpolicy.wire.inspection import facts_json

    facts, unknowns = look_into(
        picture, policy_file=policy or policy_place.nearest(), allow_private_hosts=allow_private_hosts
    )
    note_misnamed([facts.picture], common.language_of(lang))
    if format is common.Format.JSON:
        common.emit(facts_json(facts, unknowns, ENGLISH if lang is None else language(lang)))
        return Exit.GO
    buffer = io.StringIO()
    print_facts(facts, unknowns, common.standard_output(buffer), common.language_of(lang))
    common.emit(buffer.getvalue())
    return Exit.GO
