"""How soon an audit that was stopped goes on, and what it holds of the memory, in an archive of so many pictures.

    python benchmarks/audit_resume.py [--pictures N] [--memory N] [--few]

So many empty files lie in folders of a thousand. All but the last stand in the archive, at a walk that was stopped
after six tenths; the same command is given again, and the time until its first line told, and until all are told. Then
so many small pictures, each another one, are audited, and what the parent holds is told after each tenth. With `--few`
the policy asks for nothing but what metadata say, so that a hundred thousand take minutes: what the parent holds does
not depend on what its workers look for.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from PIL import Image

from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.facts import Keypoints
from imgpolicy.picture import load
from imgpolicy.places import ListedPicture, listed
from imgpolicy.policy import rule_of
from imgpolicy.register.archive import keep_pictures
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.rules.found import all_rules
from imgpolicy.service import archive
from imgpolicy.service.audit_work import AuditRequest
from imgpolicy.service.auditing import audit
from imgpolicy.service.check import accept_posting
from imgpolicy.service.scaffold import lay_out_demo
from imgpolicy.service.workspace import Place, Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
IN_A_FOLDER = 1_000
AT_A_TIME = 5_000
DONE = 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=1_000_000)
    parser.add_argument("--memory", type=int, default=0, help="pictures to audit for the memory")
    parser.add_argument("--few", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        work = Path(home) / "work"
        lay_out_demo(work)
        if asked.few:
            ask_for_few(work / "imgpolicy.toml")
        place = Place(policy_file=str(work / "imgpolicy.toml"))
        with place.open() as workspace:
            if asked.pictures:
                go_on(workspace, place, Path(home) / "many", asked.pictures)
            if asked.memory:
                hold(workspace, place, Path(home) / "small", asked.memory)


def ask_for_few(policy: Path) -> None:
    """Switch off all rules that can be, but those on metadata, and look for nobody."""
    mandatory = {plugin.name for plugin in all_rules().values() if rule_of(plugin).mandatory}

    def off(line: re.Match[str]) -> str:
        code = line[1]
        return line[0] if code in mandatory or code.startswith("M") else f'{code} = "off"'

    text = re.sub(r'^([A-Z][0-9]{3}) = "[a-z-]+"', off, policy.read_text(), flags=re.MULTILINE)
    policy.write_text(text.replace('mode = "identify"', 'mode = "off"'))


def go_on(workspace: Workspace, place: Place, folder: Path, count: int) -> None:
    """A walk that was stopped, and the same command again."""
    for number in range(count):
        if number % IN_A_FOLDER == 0:
            (folder / f"{number // IN_A_FOLDER:05}").mkdir(parents=True)
        (folder / f"{number // IN_A_FOLDER:05}" / f"{number % IN_A_FOLDER:03}.jpg").touch()
    request = AuditRequest(places=(str(folder),), posting=POSTING)
    fill(workspace, folder, request, count)
    print(f"{count} files and rows", flush=True)
    began, first, told = time.monotonic(), 0.0, 0
    for _ in audit(workspace, place, request):
        first, told = first or time.monotonic() - began, told + 1
        if told == round((1 - DONE) * count) - 1:  # all but the last, which no worker is asked for here
            break
    whole = time.monotonic() - began
    print(f"first line after {first:.2f} s, {told} lines after {whole:.1f} s: {1e6 * whole / told:.0f} us each")


def fill(workspace: Workspace, folder: Path, request: AuditRequest, count: int) -> None:
    """A row for each file, all of one picture, and how far the walk came."""
    store = workspace.register.archive
    accepted = accept_posting(workspace, POSTING)
    _, kept = workspace.checker.check_to_keep(load(picture(0, 0), "p.jpg"), accepted)
    kept = replace(kept, facts=kept.facts.without(Keypoints))
    posting, nothing = archive.posting_number(workspace, POSTING), archive.codes_number(store, ())
    made_by = archive.basis_number(store, archive.basis(workspace))
    root = archive.root_number(store, str(folder))
    again = store.words.number(f"asked:{request.fresh}{request.keypoints}{posting}:".encode())
    now = dt.datetime.now(dt.UTC)
    ready = archive.kept_of(workspace, kept, keypoints=False)
    with workspace.register.reading() as unit, store.rows() as rows:
        one = next(iter(keep_pictures(unit, rows, [ready]).values()))
        run = rows.begin_run(root, again, now)
    names = (one for one in islice(listed(str(folder)), count - 1) if isinstance(one, ListedPicture))
    done = 0
    while batch := list(islice(names, AT_A_TIME)):
        places = [
            PlaceRow(
                *(store.place_id(at.name), root, store.sealed_name(at.name, at.address), at.stamp, one, posting),
                *(0, nothing, made_by, None, now, run.id),
            )
            for at in batch
        ]
        with store.rows() as rows:
            rows.put_places(places)
            if done <= DONE * count < done + len(batch):
                rows.move_run(run.id, places[0].name)
        done += len(batch)


def hold(workspace: Workspace, place: Place, folder: Path, count: int) -> None:
    """What the parent holds while it audits."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:06}.jpg").write_bytes(picture(number, number // 256))
    request = AuditRequest(places=(str(folder),), posting=POSTING, jobs=2)
    for number, _ in enumerate(audit(workspace, place, request), 1):
        if number % max(1, count // 10) == 0:
            print(f"{number} audited, {held()} MB held", flush=True)


def picture(one: int, other: int) -> bytes:
    """A small picture, each another one."""
    drawn = Image.new("RGB", (64, 48), (one % 256, other % 256, 90))
    drawn.putpixel((one % 64, other % 48), (255, 255, 255))
    with tempfile.SpooledTemporaryFile() as file:
        drawn.save(file, "JPEG", quality=80)
        file.seek(0)
        return file.read()


def held() -> int:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
