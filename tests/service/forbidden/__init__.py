"""The table of what must not be done: a row a thing, with the way to ask for it at each door."""

from __future__ import annotations

from tests.service.forbidden.accounts import ACCOUNTS
from tests.service.forbidden.checks import CHECKS
from tests.service.forbidden.desk import DESK
from tests.service.forbidden.faces import FACES
from tests.service.forbidden.files import FILES
from tests.service.forbidden.grants import GRANTS
from tests.service.forbidden.people import PEOPLE
from tests.service.forbidden.requests import REQUESTS
from tests.service.forbidden.webhooks import WEBHOOKS
from tests.service.forbidden.works import WORKS

TABLE = (*CHECKS, *DESK, *FACES, *PEOPLE, *GRANTS, *WORKS, *FILES, *ACCOUNTS, *WEBHOOKS, *REQUESTS)

ONLY_READS = "it reads, and has nothing to refuse"
OUTPUTS = "every door to it is asked in test_outputs.py"
NAMES = "every door to it is asked in tests/cli/test_misnamed.py"
NO_DOOR = "it is a part of functions that have rows"
PROVIDERS = "tests/test_oidc.py and tests/server/test_organisation.py ask it, with a provider"
NOBODY = "it refuses by answering nobody, and tells nothing more: test_accounts.py asks it"
NOBODY_FOLLOWS = "it refuses by leading nowhere, and tells nothing more: test_calendar.py asks it"
WITHOUT_A_ROW = {
    "accounts.accounts": ONLY_READS,
    "accounts.caller_of": NOBODY,
    "accounts.session_of": NOBODY,
    "accounts.sign_in": NOBODY,
    "accounts.sign_in_as": NOBODY,
    "accounts.sign_out": NOBODY,
    "calendar.deadlines": ONLY_READS,
    "calendar.followed": NOBODY_FOLLOWS,
    "asking.expire": "it lets go what is to go, and is told nothing",
    "asking.accept": NO_DOOR,
    "asking.forms": ONLY_READS,
    "asking.link_of": NO_DOOR,
    "asking.unconfirmed": ONLY_READS,
    "learning.portraits": ONLY_READS,
    "grouping.may_group": ONLY_READS,
    "mailing.letter": NO_DOOR,
    "idling.idle": ONLY_READS,
    "mailing.mail_link": NO_DOOR,
    "renewing.ending": ONLY_READS,
    "renewing.never_asked": ONLY_READS,
    "signing.opened": "it refuses by leading nowhere, and tells nothing more: test_signing.py asks it",
    "signing.receipt": "it refuses by leading nowhere, and tells nothing more: test_signing.py asks it",
    "signing.record_answer": NO_DOOR,
    "signing.shown": NO_DOOR,
    "signing.shown_to": NO_DOOR,
    "classes.preview": "it keeps nothing, and says what is refused: test_classes.py",
    "classes.previews": "it keeps nothing, and says of each folder what is refused: test_classes.py",
    "check.idle_waivers": ONLY_READS,
    "check.accept_request": NO_DOOR,
    "check.accept_posting": NO_DOOR,
    "check.accept_release": NO_DOOR,
    "check.complete": NO_DOOR,
    "desk.outdated": ONLY_READS,
    "desk.waiting": ONLY_READS,
    "desk.may_be_posted": ONLY_READS,
    "licensing.record_from_file": "tests/cli/test_licence_from_picture.py asks it what record_licence is asked",
    "posting.is_of_now": ONLY_READS,
    "desk.expire": "it lets go what is to go, and is told nothing",
    "desk.shown": NO_DOOR,
    "desk.posting_of": NO_DOOR,
    "desk.accept_kept": NO_DOOR,
    "desk.cleaned_name": NO_DOOR,
    "deciding.counting": NO_DOOR,
    "judging.looked_at": NO_DOOR,
    "judging.accept_change": NO_DOOR,
    "judging.to_be_judged": NO_DOOR,
    "grants.mark_in": NO_DOOR,
    "judging.given": NO_DOOR,
    "judging.keep": NO_DOOR,
    "ways.request_of": NO_DOOR,
    "faces.dismissed": ONLY_READS,
    "faces.told_apart": ONLY_READS,
    "grants.accept_mark": NO_DOOR,
    "grants.accept_words": NO_DOOR,
    "grants.unknown_words": NO_DOOR,
    "grants.consents_due": ONLY_READS,
    "grants.reach": "it keeps nothing, and refuses by the code of state_consent",
    "grants.licences_ending": ONLY_READS,
    "maintenance.stats": ONLY_READS,
    "files.strip_file": NO_DOOR,
    "clean.write_copy": NAMES,
    "names.accept_name": NAMES,
    "smalls.opened": "what is damaged is asked of it in test_learning.py",
    "smalls.small_of": NO_DOOR,
    "names.misnamed": ONLY_READS,
    "organisation.begin": PROVIDERS,
    "organisation.client_of": PROVIDERS,
    "organisation.provider_of": PROVIDERS,
    "organisation.sign_in": PROVIDERS,
    "outputs.accept": OUTPUTS,
    "outputs.is_one_of": OUTPUTS,
    "outputs.output": OUTPUTS,
    "outputs.write": OUTPUTS,
    "people.everybody": ONLY_READS,
    "people.free_id": ONLY_READS,
    "people.unneeded": ONLY_READS,
    "policies.schema": ONLY_READS,
    "recording.publish": NO_DOOR,
    "recording.record": NO_DOOR,
    "recording.released": NO_DOOR,
    "transfer.export_csv": ONLY_READS,
    "transfer.export_document": ONLY_READS,
    "uploads.drop": "it removes what is there, and is told nothing",
    "uploads.keep": "what is larger than the desk takes is refused where it comes in: test_uploads.py",
    "webhooks.deliver": "it sends what the outbox has, and is told nothing",
    "webhooks.remind": "it is told nothing",
    "webhooks.webhooks": ONLY_READS,
    "works.logos": ONLY_READS,
    "works.works": ONLY_READS,
}
"""The public functions that no row asks, each with the reason."""
