"""Captions mention what they mention however people write it, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.domain.mentions import mentions, says
from imgpolicy.domain.words import holds

JOINED_WITH = (
    " ",
    "\u00a0",
    "\n",
    "-",
    "\u2010",
    "\u2011",
    "\u2013",
    "\u2212",
    "_",
    "/",
    ".",
    " #",
    "\U0001f4da",
    " \U0001f4da\ufe0f ",
    "\u200b",
)
ENDINGS = ("", "s", "'s", "\u2019s")
LETTERS = st.text("bcdfghjklmnpqrstvwxz", min_size=3, max_size=8)
WORDS = st.lists(LETTERS.filter(lambda word: not word.endswith("s")), min_size=2, max_size=4)
SAID = ("New {}!", "{}", "we saw ({}) there", "\u00ab{}\u00bb", "Look, {}. Nice.", "x\u00ad {}")


@given(words=WORDS, by=st.sampled_from(JOINED_WITH), ending=st.sampled_from(ENDINGS), said=st.sampled_from(SAID))
def test_words_are_found_however_they_are_joined(words: list[str], by: str, ending: str, said: str) -> None:
    caption = said.format(by.join(words) + ending)
    assert mentions(caption, [" ".join(words)])
    assert says(caption, [" ".join(words)])
    assert mentions(caption.upper(), [" ".join(words)])


@given(
    words=WORDS,
    before=st.lists(LETTERS, max_size=2),
    after=st.lists(LETTERS, max_size=2),
    sign=st.sampled_from("#@\uff03"),
)
def test_capitals_part_a_hashtag(words: list[str], before: list[str], after: list[str], sign: str) -> None:
    run = "".join(word.title() for word in (*before, *words, *after))
    assert mentions(f"Look {sign}{run}", [" ".join(words)])


@given(words=WORDS, sign=st.sampled_from(("#", "@", "")), ending=st.sampled_from(("", "s", "2026")))
def test_words_run_together_are_the_phrase_when_nothing_else_is_with_them(
    words: list[str], sign: str, ending: str
) -> None:
    phrase, run = " ".join(words), "".join(words)
    assert mentions(f"now {sign}{run}{ending if sign else ending.removesuffix('s')}", [phrase])
    assert not mentions(f"now {sign}q{run}", [phrase])
    assert not mentions(f"now {sign}{run}qq", [phrase])


@given(words=WORDS, others=st.lists(LETTERS, max_size=12))
def test_other_words_mention_nothing(words: list[str], others: list[str]) -> None:
    short = {word[:-1] for word in (*words, *others)}
    if not {*words, "".join(words)} & {*others, *short}:
        assert not mentions(" ".join(others), [" ".join(words)])


@given(st.text(max_size=60), st.text(max_size=12))
def test_whatever_holds_a_phrase_mentions_it(caption: str, phrase: str) -> None:
    if holds(caption, [phrase]):
        assert mentions(caption, [phrase])
        assert says(caption, [phrase])


@pytest.mark.parametrize(
    ("phrase", "caption"),
    [
        ("Example Library", "#ExampleLibrary"),
        ("Example Library", "Two example libraries"),
        (
            "Example Library",
            "\uff25\uff58\uff41\uff4d\uff50\uff4c\uff45\u3000\uff2c\uff49\uff42\uff52\uff41\uff52\uff59",
        ),
        ("opening hours", "What opening-hours!"),
        ("opening hours", "#openinghours"),
        ("opening hours", "Opening_Hours"),
        ("opening hours", "an opening hour"),
        ("loan fees", "No loan-fee!"),
        ("loan fees", "#LoanFee"),
        ("Example Library", "the Example Library2026"),
        ("Example Library", "ExampleLibrary2026"),
        ("opening hours", "open\u00ading\u200b ho\u2060urs"),
        ("YouTube channel", "#OurYouTubeChannel"),
        ("library", "the libraries' days"),
        *(
            ("bibliotek", word)
            for word in ("biblioteket", "bibliotekets", "bibliotekerne", "Biblioteks", "#biblioteket")
        ),
        *(("åbningstid", word) for word in ("åbningstiderne", "aabningstider", "A\u030aBNINGSTID", "#Åbningstiden")),
        ("åbningstider", "den nye åbningstid"),
        ("Det Kongelige Bibliotek", "#DetKongeligeBiblioteks"),
        ("hjemmeside", "på hjemmesiden"),
        ("hal", "vi er i hallen"),
        ("center", "i centret"),
        ("museum", "på museet"),
        ("Café Ø", "#cafeoe"),
    ],
)
def test_people_write_it_so(phrase: str, caption: str) -> None:
    assert mentions(caption, [phrase])


@pytest.mark.parametrize(
    ("phrase", "caption"),
    [
        ("art", "a party"),
        ("art", "#startparty"),
        ("Example Library", "An Example Librarian"),
        ("opening hours", "a grand opening, hours of music"),
        ("opening hours", "The opening. Hours later"),
        ("opening hours", "(The opening.) Hours later"),
        ("opening hours", "\u201cThe opening!\u201d Hours later"),
        ("breaking news", "breaking new ground"),
        ("AL", "vi er her alle"),
        ("KB", "it has 500KB"),
        ("opening hours", "opening of the hours"),
        ("opening hours", "#openinghoursforever"),
        ("plan", "planet"),
        ("post", "the poster of our fair"),
        ("report", "a reporter with us"),
        ("market", "mark"),
        ("bar", "vi har et barn"),
        ("to do", "todo"),
        ("Java", "JavaScript"),
        ("C++", "c"),
        ("H&M", "hm"),
        ("U.S.", "us"),
        ("", "nothing"),
        ("\U0001f4da", "books"),
    ],
)
def test_other_words_that_look_like_it_are_none(phrase: str, caption: str) -> None:
    assert not mentions(caption, [phrase])


@pytest.mark.parametrize(
    ("phrase", "caption", "said"),
    [
        ("views are my own", "#ViewsAreMyOwn", True),
        ("views are my own", "views-are-my-own!", True),
        ("views are my own", "views are my owners", False),
        ("Example Library", "at two example libraries", False),
        ("Example Library", "at the Example Library's", True),
    ],
)
def test_what_lets_something_pass_takes_no_ending_but_a_genitive(phrase: str, caption: str, *, said: bool) -> None:
    assert says(caption, [phrase]) is said
