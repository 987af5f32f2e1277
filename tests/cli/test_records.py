"""Publications, decisions, releases, evidence and people's rights from the command line."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from tests.support import Ran, Run

from imgpolicy.domain.posting import today
from imgpolicy.register.unit import UnitOfWork

GOOD = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
PORTRAIT = ("check", "pictures/portrait.jpg", *GOOD)
STRANGER = ("check", "pictures/two_people.jpg", *GOOD)


def listed(ran: Ran) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(ran.out)
    return found


@pytest.mark.slow
def test_from_a_post_to_its_take_down(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy(*PORTRAIT, "--publish", "https://example.org/1", folder=own_demo)
    assert (ran.code, "recorded as p-" in ran.err) == (0, True)
    (post,) = listed(imgpolicy("publication", "list", "eileen", "--format", "json"))
    assert (post["url"], post["channel"]) == ("https://example.org/1", "website")
    ran = imgpolicy("consent", "withdraw", "eileen", "--channel", "facebook", "--reason", "asked")
    assert "must come down" not in ran.out
    ran = imgpolicy("consent", "withdraw", "eileen", "--reason", "asked", "--format", "json")
    (task,) = json.loads(ran.out)["takedowns"]
    assert task["url"] == "https://example.org/1"
    assert "must come down" in imgpolicy("publication", "list").out
    assert task["id"] in imgpolicy("publication", "list", "--tasks").out
    assert imgpolicy("publication", "takedown", task["id"]).code == 0
    assert listed(imgpolicy("publication", "list", "--tasks", "--format", "json")) == []
    assert "down since" in imgpolicy("publication", "list", "eileen").out


@pytest.mark.slow
def test_a_withdrawal_prints_the_posts_that_must_come_down(imgpolicy: Run, own_demo: Path) -> None:
    words = ("publication", "add", "pictures/portrait.jpg", "--channel", "facebook", "--purpose", "pr")
    ran = imgpolicy(*words, "--url", "https://example.org/1", folder=own_demo)
    assert (ran.code, "eileen: rests on c-" in ran.out) == (0, True)
    ran = imgpolicy("consent", "withdraw", "eileen", "--reason", "asked")
    assert "must come down" in ran.out
    assert "https://example.org/1" in ran.out


@pytest.mark.slow
def test_a_post_is_recorded_whatever_its_check_gives_and_that_is_said(imgpolicy: Run, own_demo: Path) -> None:
    words = ("publication", "add", "pictures/two_people.jpg", "--channel", "website", "--purpose", "news")
    ran = imgpolicy(*words, "--url", "https://example.org/2", folder=own_demo)
    assert ran.code == 0
    assert "1 face(s) are of nobody" in ran.err
    assert "gives no-go" in ran.err


@pytest.mark.slow
def test_a_picture_that_is_no_go_is_not_recorded_as_published(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy(*STRANGER, "--publish", "https://example.org/2", folder=own_demo)
    assert (ran.code, "not recorded as posted" in ran.err) == (1, True)
    assert listed(imgpolicy("publication", "list", "--format", "json")) == []


@pytest.mark.slow
def test_a_release_is_a_finding_that_is_kept_and_the_others_stay(imgpolicy: Run, own_demo: Path) -> None:
    release = ("--release-by", "Anna Editor", "--reason", "she is her sister and agreed")
    ran = imgpolicy(*STRANGER, *release, "--format", "json", folder=own_demo)
    (report,) = json.loads(ran.out)["reports"]
    assert (ran.code, report["verdict"]) == (0, "go")
    assert [finding["code"] for finding in report["findings"]] == ["P101", "X002"]
    assert report["release"] == {"by": "Anna Editor", "reason": "she is her sister and agreed", "second": None}
    (decision,) = json.loads(imgpolicy("register", "export").out)["decisions"]
    assert (decision["verdict"], decision["release"]["by"]) == ("go", "Anna Editor")
    assert decision["picture"] == report["picture"]["sha256"]
    assert decision["policy"] == report["policy"]["sha256"]
    assert decision["head"] == report["register"]["head"]
    assert decision["report"]["reports"] == [report]


@pytest.mark.parametrize(
    "words",
    [
        ("--release-by", "Anna"),
        ("--release-by", " ", "--reason", "why"),
        ("--release-by", "Anna", "--reason", " "),
        ("--reason", "why"),
        ("--second", "Berta"),
        ("--release-by", "Anna", "--reason", "why", "--second", "ANNA "),
    ],
)
def test_a_release_needs_a_name_and_a_reason(imgpolicy: Run, own_demo: Path, words: tuple[str, ...]) -> None:
    ran = imgpolicy(*STRANGER, *words, folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


@pytest.mark.slow
def test_a_policy_can_ask_for_a_second_person(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("second_person = false", "second_person = true"))
    release = ("--release-by", "Anna", "--reason", "agreed by phone")
    ran = imgpolicy(*STRANGER, *release, folder=own_demo)
    assert (ran.code, "second person" in ran.err) == (2, True)
    assert imgpolicy(*STRANGER, *release, "--second", "Berta").code == 0


def test_an_unreadable_picture_cannot_be_released(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "broken.jpg").write_bytes(b"no picture")
    ran = imgpolicy("check", "broken.jpg", *GOOD, "--release-by", "Anna", "--reason", "why", folder=own_demo)
    assert ran.code == 4


@pytest.mark.slow
def test_every_check_can_be_recorded(imgpolicy: Run, own_demo: Path) -> None:
    for words in (PORTRAIT, STRANGER):
        imgpolicy(*words, "--record", folder=own_demo)
    decisions = json.loads(imgpolicy("register", "export").out)["decisions"]
    assert [decision["verdict"] for decision in decisions] == ["go", "no-go"]
    assert all(decision["release"] is None for decision in decisions)


@pytest.mark.slow
def test_what_is_held_is_exported_and_erased(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*PORTRAIT, "--record", "--publish", "https://example.org/1", folder=own_demo)
    assert json.loads(imgpolicy("person", "export", "eileen").out)["person"]["name"] == "Eileen Collins"
    ran = imgpolicy("person", "export", "eileen", "--format", "html", "-o", "eileen.html")
    page = own_demo / "eileen.html"
    assert (ran.code, page.stat().st_mode & 0o077) == (0, 0)
    assert "Eileen Collins" in page.read_text()
    assert imgpolicy("person", "erase", "eileen").code == 2
    ran = imgpolicy("person", "erase", "eileen", "--yes")
    assert (ran.code, "https://example.org/1" in ran.out) == (0, True)
    raw = b"".join(part.read_bytes() for part in (own_demo / "consent_db").iterdir())
    assert b"eileen" not in raw
    (decision,) = json.loads(imgpolicy("register", "export").out)["decisions"]
    assert (decision["verdict"], decision["report"]) == ("go", None)


def test_those_on_whom_nothing_rests_are_listed_and_erased_when_that_is_said(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in ("ann", "bob"):
        imgpolicy("person", "add", "--id", one, "--name", "Somebody", folder=own_demo)
    erase = ("person", "erase", "--nothing-rests")
    ran = imgpolicy(*erase, "--yes")
    assert (ran.code, ran.out) == (0, "there is nobody on whom nothing rests\n")
    assert imgpolicy("person", "erase").code == 2
    monkeypatch.setattr(UnitOfWork, "today", lambda _: today() + dt.timedelta(days=366))
    due = [item for item in json.loads(imgpolicy("consent", "due", "--format", "json").out) if item["consent"] is None]
    kept_until = str(today() + dt.timedelta(days=365))
    assert [(item["person"], item["day"], item["posts"]) for item in due] == [
        (one, kept_until, []) for one in ("ann", "bob")
    ]
    shown = imgpolicy("consent", "due").out
    assert {"ann", "bob", "nothing rests on them"} <= set(re.split(r"\s{2,}|\n", shown))
    ran = imgpolicy(*erase)
    assert (ran.code, ran.out.split()[-2:]) == (2, ["ann", "bob"])
    assert "say --yes" in ran.err
    assert {"ann", "bob"} <= {one["id"] for one in listed(imgpolicy("person", "list", "--format", "json"))}
    ran = imgpolicy(*erase, "--yes")
    assert (ran.code, ran.out) == (0, "erased ann\nerased bob\n")
    assert [one["id"] for one in listed(imgpolicy("person", "list", "--format", "json"))] == ["eileen"]
    assert imgpolicy("register", "verify").code == 0


def test_a_person_is_edited_one_thing_at_a_time(imgpolicy: Run, own_demo: Path) -> None:
    assert imgpolicy("person", "edit", "eileen", "--born", "1956-11-19", folder=own_demo).code == 0
    imgpolicy("person", "edit", "eileen", "--relation", "")
    person = json.loads(imgpolicy("person", "show", "eileen", "--format", "json").out)["person"]
    assert (person["name"], person["born"], person["relation"]) == ("Eileen Collins", "1956-11-19", None)
    assert imgpolicy("person", "edit", "eileen").code == 2


def test_faces_are_listed_and_removed(imgpolicy: Run, own_demo: Path) -> None:
    (face,) = listed(imgpolicy("face", "list", "eileen", "--format", "json", folder=own_demo))
    assert imgpolicy("face", "remove", "eileen", "--face", 999).code == 4
    assert imgpolicy("face", "remove", "eileen", "--face", face["face"]).code == 0
    assert listed(imgpolicy("face", "list", "--format", "json")) == []


@pytest.mark.slow
def test_a_blurred_face_is_not_learnt(imgpolicy: Run, own_demo: Path) -> None:
    from PIL import Image, ImageFilter

    with Image.open(own_demo / "pictures/portrait.jpg") as picture:
        picture.filter(ImageFilter.GaussianBlur(picture.height / 70)).save(own_demo / "blurred.png")
    ran = imgpolicy("face", "enrol", "eileen", "blurred.png", folder=own_demo)
    assert (ran.code, "too blurred" in ran.err) == (4, True)


def test_a_form_is_stored_with_the_consent_that_it_proves(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "form.pdf").write_bytes(b"%PDF the form")
    (own_demo / "notice.txt").write_text("Vi spørger om lov", encoding="utf-8")
    grant = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "x", "--purpose", "pr")
    notice = ("--notice", "notice.txt", "--notice-version", "2", "--language", "da")
    assert imgpolicy(*grant, "--evidence", "form.pdf", *notice, folder=own_demo).code == 0
    (evidence,) = listed(imgpolicy("evidence", "show", "eileen", "--format", "json"))
    assert evidence["name"] == "form.pdf"
    assert imgpolicy("evidence", "show", evidence["id"], "-o", "out.pdf").code == 0
    assert (own_demo / "out.pdf").read_bytes() == b"%PDF the form"
    consent = listed(imgpolicy("consent", "list", "eileen", "--format", "json"))[-1]
    assert consent["record_id"] == evidence["consent"]
    assert consent["privacy_notice"]
    assert imgpolicy("evidence", "add", "grace", "form.pdf").code == 4
    assert imgpolicy("evidence", "add", "eileen", "none.pdf").code == 4
    before = len(listed(imgpolicy("consent", "list", "eileen", "--format", "json")))
    assert imgpolicy(*grant, "--evidence", "none.pdf").code == 4
    assert len(listed(imgpolicy("consent", "list", "eileen", "--format", "json"))) == before


def test_a_consent_is_limited_renewed_and_due(imgpolicy: Run, own_demo: Path) -> None:
    grant = ("consent", "grant", "eileen", "--kind", "publication", "--channel", "any", "--purpose", "any")
    limits = (
        "--except",
        "channel=facebook",
        "--audience",
        "internal",
        "--until",
        "2026-01-31",
        "--max-publications",
        2,
    )
    assert imgpolicy(*grant, *limits, folder=own_demo).code == 0
    consent = listed(imgpolicy("consent", "list", "eileen", "--format", "json"))[-1]
    assert '"facebook"' in json.dumps(consent["excluded"])
    assert imgpolicy("consent", "renew", consent["record_id"], "--until", "2099-01-01").code == 0
    renewed = listed(imgpolicy("consent", "list", "eileen", "--format", "json"))[-1]
    assert (renewed["event_state"], renewed["about"]) == ("renewed", consent["record_id"])
    assert "2099-01-01" in imgpolicy("consent", "due", "--days", 36500).out
    assert imgpolicy(*grant, "--except", "colour=red").code == 2
    assert imgpolicy(*grant, "--except", "channel=fasebook").code == 2


POSTER = ("check", "pictures/poster.jpg", *GOOD, "--format", "json")
LICENCE = ("licence", "add", "harbour-at-dusk", "--licensor", "The Harbour Gallery", "--channel", "website")


def codes(ran: Ran) -> list[str]:
    return [finding["code"] for finding in json.loads(ran.out)["reports"][0]["findings"]]


@pytest.mark.slow
def test_a_licence_makes_a_known_work_ours_to_post_until_it_ends(imgpolicy: Run, own_demo: Path) -> None:
    assert codes(imgpolicy(*POSTER, folder=own_demo)) == ["C101"]
    ran = imgpolicy(*LICENCE)
    assert (ran.code, "names no purpose, so it covers nothing yet" in ran.err) == (0, True)
    assert codes(imgpolicy(*POSTER)) == ["C102"]
    assert imgpolicy(*LICENCE, "--purpose", "any", "--until", "2099-12-31").code == 0
    ran = imgpolicy(*POSTER, "--publish", "https://example.org/1")
    (report,) = json.loads(ran.out)["reports"]
    licence = listed(imgpolicy("licence", "list", "harbour-at-dusk", "--format", "json"))[-1]["id"]
    assert (ran.code, report["verdict"], report["valid_until"]) == (0, "go", "2099-12-31")
    assert [(work["work"], work["licence"]) for work in report["works"]] == [("harbour-at-dusk", licence)]
    (post,) = json.loads(imgpolicy("publication", "list", "--format", "json").out)
    assert post["works"] == {"harbour-at-dusk": licence}
    assert licence in imgpolicy("licence", "due", "--days", 36500).out
    (due,) = json.loads(imgpolicy("licence", "due", "--days", 36500, "--format", "json").out)
    assert [found["id"] for found in due["posts"]] == [post["id"]]
    ran = imgpolicy("licence", "end", licence, "--reason", "sold")
    assert (ran.code, "must come down" in ran.out, "https://example.org/1" in ran.out) == (0, True, True)
    assert codes(imgpolicy(*POSTER)) == ["C102"]
    (task,) = listed(imgpolicy("publication", "list", "--tasks", "--format", "json"))
    assert (task["cause"], task["licence"]) == ("ended", licence)
    assert imgpolicy("publication", "takedown", task["id"]).code == 0


def test_c102_says_what_lies_outside(imgpolicy: Run, own_demo: Path) -> None:
    imgpolicy(*LICENCE, "--purpose", "news", "--except", "audience=public", folder=own_demo)
    (finding,) = json.loads(imgpolicy(*POSTER).out)["reports"][0]["findings"]
    assert "licence excludes the audience 'public'" in finding["message"]


def test_a_licence_is_stored_with_what_proves_it(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "licence.pdf").write_bytes(b"%PDF the licence")
    assert imgpolicy(*LICENCE, "--purpose", "any", "--evidence", "licence.pdf", folder=own_demo).code == 0
    (licence,) = json.loads(imgpolicy("licence", "list", "--format", "json").out)
    (evidence,) = licence["evidence"]
    assert "licence.pdf" in imgpolicy("licence", "list").out
    assert listed(imgpolicy("evidence", "show", licence["id"], "--format", "json"))[0]["id"] == evidence["id"]
    assert imgpolicy("evidence", "show", licence["id"], "-o", "out.pdf").code == 2
    assert imgpolicy("evidence", "show", evidence["id"], "-o", "out.pdf").code == 0
    assert (own_demo / "out.pdf").read_bytes() == b"%PDF the licence"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "2027-01-01", "--until", "2026-01-01"), 4),
        (("--evidence", "none.pdf"), 4),
        (("--credit-required",), 4),
        (("--channel", "fasebook"), 2),
        (("--except", "colour=red"), 2),
    ],
)
def test_a_licence_that_makes_no_sense_is_refused_in_a_line(
    imgpolicy: Run, own_demo: Path, words: tuple[str, ...], code: int
) -> None:
    ran = imgpolicy(*LICENCE, "--purpose", "any", *words, folder=own_demo)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert imgpolicy("licence", "add", "nothing", "--licensor", "A").code == 4
    assert listed(imgpolicy("licence", "list", "--format", "json")) == []


@pytest.mark.slow
def test_a_post_of_a_work_names_the_licence_it_rests_on(imgpolicy: Run, own_demo: Path) -> None:
    add = ("publication", "add", "pictures/poster.jpg", "--channel", "website", "--purpose", "news", "--url", "u")
    assert "harbour-at-dusk: no licence covers it" in imgpolicy(*add, folder=own_demo).out
    imgpolicy(*LICENCE, "--purpose", "news")
    assert "harbour-at-dusk: rests on l-" in imgpolicy(*add).out


def findings(ran: Ran) -> list[tuple[str, str]]:
    return [(finding["code"], finding["verdict"]) for finding in json.loads(ran.out)["reports"][0]["findings"]]


@pytest.mark.slow
def test_a_credit_line_that_the_licence_asks_for_goes_into_the_caption(imgpolicy: Run, own_demo: Path) -> None:
    credit = ("--credit", "Harbour at dusk / The Harbour Gallery", "--credit-required")
    imgpolicy(*LICENCE, "--purpose", "any", *credit, folder=own_demo)
    ran = imgpolicy(*POSTER, "--caption", "Our harbour")
    (finding,) = json.loads(ran.out)["reports"][0]["findings"]
    assert (finding["code"], finding["verdict"]) == ("C103", "no-go")
    assert "Harbour at dusk / The Harbour Gallery" in finding["remedies"][0]["text"]
    assert codes(imgpolicy(*POSTER, "--caption", "See: harbour at dusk /  the harbour gallery")) == []


@pytest.mark.slow
def test_a_restricted_picture_is_a_no_go_whatever_its_licence(imgpolicy: Run, own_demo: Path) -> None:
    meadow = ("check", "pictures/meadow.jpg", *GOOD, "--format", "json")
    assert findings(imgpolicy(*meadow, folder=own_demo)) == []
    add = ("work", "add", "pictures/meadow.jpg", "--title", "New site", "--owner", "Us", "--kind", "restricted")
    assert imgpolicy(*add).out == "added new-site\n"
    assert findings(imgpolicy(*meadow)) == [("S101", "no-go")]
    imgpolicy("licence", "add", "new-site", "--licensor", "Us", "--channel", "any", "--purpose", "any")
    assert findings(imgpolicy(*meadow)) == [("S101", "no-go")]
    assert "new-site" in imgpolicy("work", "list").out
    assert "new-site" not in imgpolicy("logo", "list").out


@pytest.mark.slow
def test_a_template_is_no_work_of_anybodys(imgpolicy: Run, own_demo: Path) -> None:
    add = ("work", "add", "pictures/meadow.jpg", "--title", "Our frame", "--owner", "Us", "--kind", "template")
    assert imgpolicy(*add, folder=own_demo).out == "added our-frame\n"
    assert findings(imgpolicy("check", "pictures/meadow.jpg", *GOOD, "--format", "json")) == []
    assert "template" in imgpolicy("work", "list").out


@pytest.mark.slow
def test_only_the_roles_that_the_policy_names_use_the_own_logo(imgpolicy: Run, own_demo: Path) -> None:
    logo = ("check", "pictures/logo.png", *GOOD, "--format", "json")
    assert findings(imgpolicy(*logo, folder=own_demo)) == []
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('own = ["employee", "official"]', 'own = ["official"]'))
    assert findings(imgpolicy(*logo)) == [("L102", "no-go")]
    assert findings(imgpolicy(*logo, "--role", "official")) == []
    policy.write_text(policy.read_text().replace('own = ["official"]', 'own = ["private"]'))
    assert imgpolicy(*logo).code == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notice", "owners", "expected"),
    [
        ("(c) 2026 Some Agency", "[]", [("C104", "review")]),
        ("(c) 2026 Example Library", "[]", [("C104", "review")]),
        ("(c) 2026 Example  library. All rights reserved.", '["Example Library"]', []),
        ("(c) 2026 Example Library / Some Agency", '["Example Library"]', [("C104", "review")]),
        ("Copyright 2026", "[]", []),
    ],
)
def test_the_file_says_whose_it_is(
    imgpolicy: Run, own_demo: Path, notice: str, owners: str, expected: list[tuple[str, str]]
) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x8298] = notice
    Image.effect_noise((64, 48), 40).convert("RGB").save(own_demo / "theirs.jpg", exif=exif)
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("owners = []", f"owners = {owners}"))
    ran = imgpolicy("check", "theirs.jpg", *GOOD, "--format", "json", folder=own_demo)
    assert findings(ran) == expected
    shown = json.loads(imgpolicy("inspect", "theirs.jpg", "--format", "json").out)["facts"]["metadata"]["rights"]
    assert [(said["what"], said["value"]) for said in shown] == [("dc:rights", " ".join(notice.split()))]
    assert "dc:rights by jpeg/app1-exif/Copyright" in imgpolicy("inspect", "theirs.jpg").out


@pytest.mark.slow
@pytest.mark.parametrize(("picture", "verdict"), [("meadow.jpg", "review"), ("portrait.jpg", "no-go")])
def test_what_ai_made_is_for_review_and_a_no_go_with_people_in_it(
    imgpolicy: Run, own_demo: Path, picture: str, verdict: str
) -> None:
    from PIL import Image

    said = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" e:DigitalSourceType='
        b'"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>'
    )
    with Image.open(own_demo / "pictures" / picture) as original:
        original.save(own_demo / "made.jpg", quality=95, xmp=said)
    ran = imgpolicy("check", "made.jpg", *GOOD, "--format", "json", folder=own_demo)
    assert findings(ran) == [("C106", verdict)]


@pytest.mark.slow
def test_a_picture_of_no_known_origin_is_for_review(imgpolicy: Run, own_demo: Path) -> None:
    for origin, expected in (("unknown", [("C105", "review")]), ("own", []), ("licensed", [])):
        words = ("check", "pictures/meadow.jpg", *GOOD, "--origin", origin, "--format", "json")
        assert findings(imgpolicy(*words, folder=own_demo)) == expected
