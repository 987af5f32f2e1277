"""Pictures that are checked, cleaned and posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.service.doors import (
    GOOD,
    MOMENT,
    NO_PICTURE,
    NO_RECORD,
    POST,
    READS,
    RELEASE,
    SHA256,
    THIS_POLICY,
    Forbidden,
    No,
    decision,
    document,
    post,
)

from imgpolicy.domain.decision import Release
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import Takedown
from imgpolicy.service import (
    check,
    clean,
    posts,
    profiles,
)
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.publication import takedown_wire

PORTRAIT, MEADOW, TWO = "pictures/portrait.jpg", "pictures/meadow.jpg", "pictures/two_people.jpg"
NOBODY = "there is nobody 'nobody' in the register"
TASK = Takedown(id="t-1", publication=POST, cause="erased", consent=None, opened=MOMENT, closed=None)
CHECK = f"check {PORTRAIT} --role employee --origin own --record"
CLEAN = f"clean {PORTRAIT} -o out.jpg --role employee --origin own"
PUBLISH = f"publication add {PORTRAIT} --channel facebook --url u"

Call = Callable[[Workspace, Path], object]


def judged(posting: Posting, *pictures: str, release: Release | None = None, url: str | None = None) -> Call:
    """A check of these pictures, else of the portrait, whose answer is to be kept."""
    request = check.CheckRequest(posting=posting, release=release, url=url, record=True)
    return lambda ws, at: check.check_pictures(ws, [str(at / one) for one in pictures or (PORTRAIT,)], request)


def cleaned(posting: Posting, keeps: Box | None = None) -> Call:
    request = clean.CleanRequest(posting=posting, keeps=keeps)
    return lambda ws, at: clean.clean_picture(ws, str(at / PORTRAIT), request)


def posted(posting: Posting, url: str = "u") -> Call:
    return lambda ws, at: posts.record_post(ws, str(at / PORTRAIT), posting, url)


CHECKS = (
    Forbidden(
        asks="check.pictures_in",
        what="a folder without a picture",
        said="no pictures in",
        call=lambda _, at: check.pictures_in([str(at / "bare")]),
        typed="check bare",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="profiles.with_profile",
        what="a profile that the policy does not have",
        said="the policy does not know the profile 'fun'; it knows news",
        call=lambda ws, _: profiles.with_profile(ws.policy, "fun", GOOD),
        typed=f"{CHECK} --profile fun",
        brought=No("a record is of a posting, whatever it was called"),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a channel that the policy does not know",
        said="the policy does not know the channel 'myspace'",
        call=judged(replace(GOOD, channel="myspace")),
        typed=f"{CHECK} --channel myspace",
        brought=post(replace(POST, channel="myspace")),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a purpose that the policy does not know",
        said="the policy does not know the purpose 'fun'",
        call=judged(replace(GOOD, purpose="fun")),
        typed=f"{CHECK} --channel facebook --purpose fun",
        brought=post(replace(POST, purpose="fun")),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a setting that the policy does not know",
        said="the policy does not know the setting 'moon'",
        call=judged(replace(GOOD, setting="moon")),
        typed=f"{CHECK} --channel facebook --setting moon",
        brought=post(replace(POST, setting="moon")),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="an audience that the policy does not know",
        said="the policy does not know the audience 'aliens'",
        call=judged(replace(GOOD, audience="aliens")),
        typed=f"{CHECK} --channel facebook --audience aliens",
        brought=post(replace(POST, audience="aliens")),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="somebody named who is not there",
        said=NOBODY,
        call=judged(replace(GOOD, people=("nobody",))),
        typed=f"{CHECK} --channel facebook --person nobody",
        brought=post(replace(POST, people={"nobody": None})),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="several pictures at one address",
        said="one picture is published at one address",
        call=judged(GOOD, PORTRAIT, MEADOW, url="u"),
        typed=f"check {PORTRAIT} {MEADOW} --channel facebook --publish u",
        brought=No("each post is a record of its own"),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="to be published nowhere in particular",
        said="on a channel",
        call=judged(replace(GOOD, channel=None), MEADOW, url="u"),
        typed=f"check {MEADOW} --role employee --purpose pr --origin own --publish u",
        brought=No("a post that names no channel is no record"),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a release without a name",
        said="a release needs the name of whoever answers for it",
        call=judged(GOOD, TWO, release=replace(RELEASE, by=" ")),
        typed=f"{CHECK} --channel facebook --release-by ' ' --reason why --second Berta",
        brought=decision(replace(RELEASE, by=" "), SHA256),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a release without a reason",
        said="a release needs the name of whoever answers for it, and a reason",
        call=judged(GOOD, TWO, release=replace(RELEASE, reason=" ")),
        typed=f"{CHECK} --channel facebook --release-by Anna --reason ' ' --second Berta",
        brought=decision(replace(RELEASE, reason=" "), SHA256),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a release by one person twice",
        said="the second person is another than the first",
        call=judged(GOOD, TWO, release=replace(RELEASE, second=" ANNA")),
        typed=f"{CHECK} --channel facebook --release-by Anna --reason why --second ' ANNA'",
        brought=decision(replace(RELEASE, second=" ANNA"), SHA256),
    ),
    Forbidden(
        asks="check.check_pictures",
        what="a release by one person where the policy asks for two",
        said="the policy asks for a second person to release a picture",
        call=judged(GOOD, TWO, release=replace(RELEASE, second=None)),
        typed=f"{CHECK} --channel facebook --release-by Anna --reason why",
        brought=decision(replace(RELEASE, second=None), THIS_POLICY),
    ),
    Forbidden(
        asks="clean.clean_picture",
        what="a copy for a channel that the policy does not know",
        said="the policy does not know the channel 'myspace'",
        call=cleaned(replace(GOOD, channel="myspace")),
        typed=f"{CLEAN} --channel myspace",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="clean.clean_picture",
        what="a copy of somebody who is not there",
        said=NOBODY,
        call=cleaned(replace(GOOD, people=("nobody",))),
        typed=f"{CLEAN} --person nobody",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="clean.clean_picture",
        what="a part that begins outside of the picture",
        said="the part to keep (--crop) is LEFT,TOP,RIGHT,BOTTOM",
        call=cleaned(GOOD, keeps=Box(-5, 0, 100, 100)),
        typed=f"{CLEAN} --channel facebook --crop=-5,0,100,100",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="posts.record_post",
        what="a post on a channel that the policy does not know",
        said="the policy does not know the channel 'myspace'",
        call=posted(replace(GOOD, channel="myspace")),
        typed=f"publication add {PORTRAIT} --channel myspace --url u",
        brought=post(replace(POST, channel="myspace")),
    ),
    Forbidden(
        asks="posts.record_post",
        what="a post of somebody who is not there",
        said=NOBODY,
        call=posted(replace(GOOD, people=("nobody",))),
        typed=f"{PUBLISH} --person nobody",
        brought=post(replace(POST, people={"nobody": None})),
    ),
    Forbidden(
        asks="posts.record_post",
        what="a post without an address",
        said="the address is empty",
        call=posted(GOOD, url=" "),
        typed=f"publication add {PORTRAIT} --channel facebook --url ' '",
        brought=post(replace(POST, url=" ")),
    ),
    Forbidden(
        asks="posts.posts",
        what="the posts of nobody",
        said=NOBODY,
        call=lambda ws, _: posts.posts(ws, "nobody"),
        typed="publication list nobody",
        brought=READS,
    ),
    Forbidden(
        asks="posts.take_down",
        what="a post that is not there",
        said="publication 'p-none'",
        call=lambda ws, _: posts.take_down(ws, "p-none"),
        typed="publication takedown p-none",
        brought=document(takedowns=[takedown_wire(replace(TASK, publication=replace(POST, id="p-none")))]),
    ),
    Forbidden(
        asks="posts.take_down_own",
        what="a post that another account recorded, or none",
        said="another account recorded this post",
        call=lambda ws, _: posts.take_down_own(ws, "p-down"),
        typed=No("the command line acts without an account"),
        brought=No("a task that was done is brought as such"),
    ),
    Forbidden(
        asks="posts.take_down",
        what="a post that is down",
        said="'p-down' is down already",
        call=lambda ws, _: posts.take_down(ws, "p-down"),
        typed="publication takedown p-down",
        brought=No("a task that was done is brought as such"),
    ),
)
