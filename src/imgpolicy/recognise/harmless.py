"""Numbers that are nobody's: dates, clocks, prices, and numbers of books, wares and companies.

They are taken out before phone numbers and plates are looked for, which they would look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.recognise.base import Place
from imgpolicy.recognise.digits import ean
from imgpolicy.recognise.rows import Piece

_SHAPES = re.compile(
    r"(?<![0-9+])(?:"
    r"[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?(?:19|20)?[0-9]{2}|(?:19|20)[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2}"  # dates
    r"|(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9](?: ?- ?(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9])?"  # clocks
    r"|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9-]{1,2})?|[0-9]+,[0-9]{2}"  # amounts
    r"|(?:19|20)[0-9]{2} ?- ?(?:19|20)?[0-9]{2}"  # years
    r")(?![0-9])"
)
_MONEY = re.compile(
    r"(?:kr\.?|dkk|eur|usd|gbp|sek|nok|[€$£]) ?[0-9][0-9 .]{0,18}[0-9](?:,[0-9-]{1,2})?"
    r"|[0-9][0-9 .]{0,18}[0-9](?:,[0-9-]{1,2})? ?(?:kr\b|dkk|eur\b|€|,-)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![^\W\d_])(?:cvr|se|ean|isbn|issn|gln|gtin|vat|moms|p|vare|ordre|order|item|art(?:ikel)?|faktura|invoice|kunde"
    r"|customer|serie?|serial|s/n|sn|model|ref(?:erence)?|track(?:ing)?|parti|lot|batch|part|type|linje|line|bus|spor|konto|sag"
    r"|journal|lotto|tal|matr(?:ikel)?|bog|klasse)(?:s|e|r)?[ .-]{0,2}(?:nr|nummer|no|num|number|id|code|kode)?"
    r"[ .:#]{0,4}(?:[A-Z]{0,3}-?[0-9][0-9 ./-]{0,30}[0-9])",
    re.IGNORECASE,
)
_WARE = re.compile(r"(?<![0-9+])[0-9](?:[ -]?[0-9]){11,13}(?![0-9])")
_LINK = re.compile(r"(?:https?://|www[.,])\S+|(?<![\w@.])[\w-]+\.(?:com|dk|org|net)/\S+", re.IGNORECASE)


def harmless(place: Place) -> Iterator[Piece]:
    """The pieces of a row in which such numbers stand."""
    words = place.words
    for shape in (_LINK, _NAMED, _MONEY, _SHAPES):
        for found in shape.finditer(words):
            yield Piece(place.row, *found.span())
    for found in _WARE.finditer(words):
        if ean(re.sub("[ -]", "", found[0])):
            yield Piece(place.row, *found.span())
