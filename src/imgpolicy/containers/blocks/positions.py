"""Places on the earth in words: coordinates in any of the usual notations, short codes of places, links to maps."""

from __future__ import annotations

import re

_POSITION = re.compile(
    r"""
    # Decimal degrees with three places or more, four where a space alone is between: 55.676, 12.568
    (?<![\d.,])[-+\u2212]?(?P<north>[0-8]?\d|90)[.,]\d{3,15}\s?[\u00b0\u00ba]?\s?[NS]?
        (?:\s*[,;/|]\s*|(?<=\d{4})\s+|(?<=[NS\u00b0\u00ba])\s+)
        [-+\u2212]?(?P<east>1[0-7]\d|\d{1,2}|180)[.,]\d{3,15}(?![\d.])
    # With points of the compass, in English, German or Danish: 55.68 N 12.57 E and N 55,68 \u00d8 12,57
    | (?<![\d.,])\d{1,2}[.,]\d{2,15}\s?[\u00b0\u00ba]?\s?[NS][\s,;/|-]{0,4}
        \d{1,3}[.,]\d{2,15}\s?[\u00b0\u00ba]?\s?[EWO\u00d8V]\b
    | \b[NS]\s?\d{1,2}[.,]\d{2,15}\s?[\u00b0\u00ba]?[\s,;/|-]{0,4}[EWO\u00d8V]\s?\d{1,3}[.,]\d{2,15}
    | (?<![\d.,])\d{1,3}[.,]\d{2,15}\s?[\u00b0\u00ba]?\s?[EWO\u00d8V][\s,;/|-]{0,4}
        \d{1,2}[.,]\d{2,15}\s?[\u00b0\u00ba]?\s?[NS]\b
    # Minutes with decimals: N 55\u00b0 40.567 E 012\u00b0 34.100 and 55 40.567N 12 34.1E
    | \b[NS]\s?\d{1,2}[\s\u00b0\u00ba]\s?\d{1,2}[.,]\d{1,9}\s?['\u2032\u2019]?[\s,;/|-]{1,4}
        [EWO\u00d8V]\s?\d{1,3}[\s\u00b0\u00ba]\s?\d{1,2}[.,]\d
    | \b\d{1,2}[\s\u00b0\u00ba]\s?\d{1,2}[.,]\d{1,9}\s?['\u2032\u2019]?\s?[NS]\b[\s,;/|-]{0,4}
        \d{1,3}[\s\u00b0\u00ba]\s?\d{1,2}[.,]\d{1,9}\s?['\u2032\u2019]?\s?[EWO\u00d8V]\b
    # A receiver's sentence (NMEA 0183), and a zone of UTM with metres east and north
    | \b\d{4}\.\d{1,8},[NS],\d{5}\.\d{1,8},[EW]\b
    | \b(?:[1-9]|[1-5]\d|60)\s?[C-HJ-NP-X]\s{1,3}\d{6}(?:\.\d{1,4})?[\s,;/]{1,3}\d{7}\b
    # Degrees and minutes, twice; 55 40 34 N, 12 34 06 E
    | \b\d{1,2}\s?[\u00b0\u00ba]\s?\d{1,2}(?:[.,]\d{1,9})?\s?['\u2032\u2019][^\n]{0,30}?
        \d{1,3}\s?[\u00b0\u00ba]\s?\d{1,2}
    | \b\d{1,2}\ \d{1,2}\ \d{1,2}(?:[.,]\d{1,9})?\s?[NS]\b.{0,4}?
        \d{1,3}\ \d{1,2}\ \d{1,2}(?:[.,]\d{1,9})?\s?[EWO\u00d8V]\b
    # A latitude that is called one
    | \b(?:lat(?:itude)?|breddegrad)\b\.?["']?\s{0,3}[:=]?\s{0,3}["']?[-+\u2212]?\d{1,2}[.,]\d{2,15}
    # ISO 6709, geo URI (RFC 5870), plus code, what3words
    | (?<!\w)[+-]\d{2}(?:\d{2}){0,2}\.\d{2,9}[+-]\d{3}(?:\d{2}){0,2}\.\d{2,9}
    | \bgeo:-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?\b
    | \b[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}\b
    | (?<![/:])///[^\W\d_]{2,30}\.[^\W\d_]{2,30}\.[^\W\d_]{2,30}\b
    # Links to maps
    | \b(?:maps\.google\.|google\.[a-z.]{2,6}/maps|goo\.gl/maps|maps\.app\.goo\.gl|openstreetmap\.org/|osm\.org/
        |maps\.apple\.com|apple\.com/maps|bing\.com/maps|wego\.here\.com|waze\.com/(?:ul|live)|w3w\.co/
        |what3words\.com/|krak\.dk/kort|mapy\.c(?:z|om)/|yandex\.[a-z.]{2,6}/maps|plus\.codes/)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HINT = re.compile(
    r"\d[.,]\d|[\u00b0\u00ba]|\d \d|\d,|\+[\dcfghjmpqrvwx]|///|map|osm|kort|here|waze|w3w|what3|plus", re.IGNORECASE
)
"""What every notation has some of, so that most text is done with at once."""
_LONGEST = 100_000
_LAND = 4
"""Degrees from where the equator meets the prime meridian, within which there is no land: Ghana begins at 4.7 north."""


def names_position(text: str) -> bool:
    """Whether free text names a place on the earth by its coordinates or a code, or links to a map of it."""
    text = text[:_LONGEST]
    return _HINT.search(text) is not None and any(not _at_sea(found) for found in _POSITION.finditer(text))


def _at_sea(found: re.Match[str]) -> bool:
    """Whether it is a pair of numbers so small that they are a colour, a factor or a share, and no place on land."""
    return found["north"] is not None and max(int(found["north"]), int(found["east"])) < _LAND
