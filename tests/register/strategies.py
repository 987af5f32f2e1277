"""Scopes, days and postings of few words, so that they meet often; for the laws of what covers what."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import ANY, AUDIENCES, PRIVATE, Scope

DAY = dt.date(2026, 6, 15)
CHANNELS, PURPOSES, SETTINGS = ("facebook", "website"), ("pr", "news"), (PRIVATE, "office")
OTHERS = ("one", "two")


def words(*known: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from((*known, ANY)))


scopes = st.builds(
    Scope,
    channels=words(*CHANNELS),
    purposes=words(*PURPOSES),
    settings=words(*SETTINGS),
    audiences=words(*AUDIENCES, "club"),
    campaigns=words(*OTHERS),
    territories=words(*OTHERS),
    events=words(*OTHERS),
    edits=words(*OTHERS),
)
days = st.none() | st.dates(dt.date(2026, 6, 13), dt.date(2026, 6, 17))
postings = st.builds(
    Posting,
    channel=st.sampled_from((None, *CHANNELS)),
    purpose=st.sampled_from((None, *PURPOSES)),
    setting=st.sampled_from((None, *SETTINGS)),
    audience=st.sampled_from((None, *AUDIENCES, "club")),
    campaign=st.sampled_from((None, *OTHERS)),
    territory=st.sampled_from((None, *OTHERS)),
    event=st.sampled_from((None, *OTHERS)),
    edit=st.sampled_from((None, *OTHERS)),
    on=st.just(DAY),
)
