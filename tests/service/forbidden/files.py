"""Files that are read and written, and the register as a whole."""

from __future__ import annotations

from pathlib import Path

from tests.service.doors import (
    NO_PICTURE,
    NO_RECORD,
    READS,
    Forbidden,
    No,
)

from imgpolicy.domain.posting import Posting
from imgpolicy.service import (
    files,
    guarding,
    maintenance,
    models,
    policies,
    remote,
    scaffold,
    transfer,
    watching,
)
from imgpolicy.service.remote import RemoteDesk
from imgpolicy.service.watching import WatchRequest

PORTRAIT, MEADOW, TWO = "pictures/portrait.jpg", "pictures/meadow.jpg", "pictures/two_people.jpg"


def watch(inbox: Path, out: Path, quarantine: Path) -> WatchRequest:
    """What is asked of folders where it is the folders that are wrong."""
    return WatchRequest(inbox=inbox, out=out, quarantine=quarantine, posting=Posting())


FILES = (
    Forbidden(
        asks="guarding.guard",
        what="a posting on a channel that the policy does not know",
        said="does not know the channel",
        call=lambda ws, at: guarding.guard(ws, [str(at / MEADOW)], Posting(channel="nowhere")),
        typed=f"guard {MEADOW} --channel nowhere",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="remote.ask_desk",
        what="a token over a line that others read",
        said="--server begins with https://",
        call=lambda _, at: remote.ask_desk(RemoteDesk(url="http://example.org", token="t"), [str(at / MEADOW)]),
        typed=f"guard {MEADOW} --server http://example.org",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="remote.ask_desk",
        what="a desk without a token",
        said="the token of the desk has to be in IMGPOLICY_TOKEN",
        call=lambda _, at: remote.ask_desk(RemoteDesk(url="https://example.org", token=""), [str(at / MEADOW)]),
        typed=f"guard {MEADOW} --server https://example.org",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="remote.ask_desk",
        what="a desk at what is no address",
        said="--server is the address of a desk",
        call=lambda _, at: remote.ask_desk(RemoteDesk(url="https://u:p@example.org", token="t"), [str(at / MEADOW)]),
        typed=f"guard {MEADOW} --server https://u:p@example.org",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="watching.open_watch",
        what="a folder that is not there",
        said="OUT is no folder that is there",
        call=lambda ws, at: watching.open_watch(ws, watch(at / "bare", at / "none", at / "pictures")),
        typed="watch bare none pictures",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="watching.open_watch",
        what="a folder that is named twice",
        said="is named twice: each is a folder of its own",
        call=lambda ws, at: watching.open_watch(ws, watch(at / "bare", at / "bare", at / "pictures")),
        typed="watch bare bare pictures",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="watching.open_watch",
        what="the folder of the policy",
        said="is in IN: name a folder of its own",
        call=lambda ws, at: watching.open_watch(ws, watch(at, at / "bare", at / "pictures")),
        typed="watch . bare pictures",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="transfer.import_register",
        what="a folder without a table",
        said="holds none of people.csv",
        call=lambda ws, at: transfer.import_register(ws, at / "bare"),
        typed="register import bare",
        brought=No("it is the import itself"),
    ),
    Forbidden(
        asks="maintenance.backup",
        what="a copy over a file that is there",
        said="there is a file already; it is not overwritten",
        call=lambda ws, at: maintenance.backup(ws, at / "form.pdf"),
        typed="register backup form.pdf",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="maintenance.verify",
        what="a head that is no hash",
        said="a head has 64 hex digits",
        call=lambda ws, _: maintenance.verify(ws, head="abc"),
        typed="register verify --head abc",
        brought=READS,
    ),
    Forbidden(
        asks="maintenance.restore",
        what="a backup that is none",
        said="this is no copy of a register",
        call=lambda _, at: maintenance.restore(at / "imgpolicy.toml", at / "form.pdf"),
        typed="register restore form.pdf",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="maintenance.rekey",
        what="a key in two places",
        said="the new key goes to one place",
        call=lambda _, at: maintenance.rekey(at / "imgpolicy.toml", to_keyring="k", to_file=at / "k"),
        typed="register rekey --to-keyring k --to-file k",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="models.add",
        what="a model that is not there",
        said="none.json: cannot be read",
        call=lambda _, at: models.add(at / "imgpolicy.toml", "own", Path("none.onnx"), Path("none.json")),
        typed="models add own none.onnx --calibration none.json",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="models.models",
        what="models by a policy that is not there",
        said="none.toml: cannot be read",
        call=lambda _ws, _at: models.models(Path("none.toml")),
        typed="models list --policy none.toml",
        brought=READS,
    ),
    Forbidden(
        asks="models.verify",
        what="the models of a policy that is not there",
        said="none.toml: cannot be read",
        call=lambda _ws, _at: models.verify(Path("none.toml")),
        typed="models verify --policy none.toml",
        brought=READS,
    ),
    Forbidden(
        asks="policies.write_policy",
        what="a policy over one that is there",
        said="is there already: nothing was changed",
        call=lambda _, at: policies.write_policy(at / "imgpolicy.toml"),
        typed="policy init",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="policies.rename_channel",
        what="a new name that is none of the policy's channels",
        said="the policy does not know the channel 'nowhere'",
        call=lambda _, at: policies.rename_channel(at / "imgpolicy.toml", "fb", "nowhere"),
        typed="policy rename-channel fb nowhere",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="policies.rule_pages",
        what="the rules of a policy that is not there",
        said="none.toml: cannot be read",
        call=lambda _ws, _at: policies.rule_pages(Path("none.toml")),
        typed="policy explain --policy none.toml",
        brought=READS,
    ),
    Forbidden(
        asks="policies.write_pages",
        what="pages over something else",
        said="is there already and no such page",
        call=lambda _, at: policies.write_pages(at / "taken", policies.rule_pages()),
        typed="policy explain -o taken",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="scaffold.make_folder",
        what="a working folder where one is",
        said="is there already: nothing was changed",
        call=lambda _, at: scaffold.make_folder(at),
        typed="init .",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="scaffold.lay_out_demo",
        what="a demonstration where something is",
        said="not an empty folder",
        call=lambda _, at: scaffold.lay_out_demo(at),
        typed="demo .",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="scaffold.run_cases",
        what="the cases of a folder without any",
        said="cases.toml",
        call=lambda _, at: scaffold.run_cases(at / "bare"),
        typed="demo bare --again",
        brought=NO_RECORD,
    ),
    Forbidden(
        asks="files.inspect",
        what="a picture that is not there",
        said="there is no such file",
        call=lambda _, at: files.inspect(str(at / "none.jpg")),
        typed="inspect none.jpg",
        brought=NO_PICTURE,
    ),
    Forbidden(
        asks="files.strip_files",
        what="several pictures to one file",
        said="is not a folder: several pictures need one to go to",
        call=lambda _, at: files.strip_files([at / PORTRAIT, at / MEADOW], files.StripRequest(output=Path("out.jpg"))),
        typed=f"strip {PORTRAIT} {MEADOW} -o out.jpg",
        brought=NO_PICTURE,
    ),
)
