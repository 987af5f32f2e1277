"""What columns and tables may be called: their own names, and others in English and Danish. Nothing else is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from imgpolicy.domain.words import folded

TABLE_WORDS = {
    "people": ("personer",),
    "consents": ("samtykker",),
    "works": ("værker",),
    "licences": ("licenser", "licenses"),
    "faces": ("ansigter",),
}
"""What a file or a sheet may be called, besides its own name."""

COLUMN_WORDS = {
    "id": ("nr",),
    "name": ("navn",),
    "relation": ("tilknytning",),
    "born": ("født", "fødselsdato", "birth date", "date of birth"),
    "guardian": ("værge", "værger", "guardians"),
    "former_guardian": ("tidligere værge",),
    "former_until": ("værge til",),
    "adult": ("myndig", "voksen", "of age"),
    "adult_by": ("myndig ifølge",),
    "adult_on": ("myndig angivet",),
    "email": ("e-mail", "mail", "e-post"),
    "person": ("person-id",),
    "kind": ("slags",),
    "state": ("status",),
    "channels": ("kanaler", "channel", "kanal"),
    "purposes": ("formål", "purpose"),
    "campaigns": ("kampagner",),
    "audiences": ("målgrupper",),
    "territories": ("lande",),
    "settings": ("omgivelser",),
    "events": ("begivenheder",),
    "edits": ("redigeringer",),
    "not_channels": ("ikke kanaler",),
    "not_purposes": ("ikke formål",),
    "not_campaigns": ("ikke kampagner",),
    "not_audiences": ("ikke målgrupper",),
    "not_territories": ("ikke lande",),
    "not_settings": ("ikke omgivelser",),
    "not_events": ("ikke begivenheder",),
    "not_edits": ("ikke redigeringer",),
    "from": ("fra",),
    "until": ("til",),
    "max_publications": ("højst antal",),
    "basis": ("grundlag",),
    "given_by": ("givet af",),
    "collected": ("indhentet",),
    "about": ("vedrører",),
    "reason": ("begrundelse",),
    "by": ("af",),
    "second": ("anden person",),
    "at": ("tidspunkt", "stated"),
    "title": ("titel",),
    "owner": ("ejer",),
    "file": ("fil",),
    "quality": ("kvalitet",),
    "work": ("værk",),
    "licensor": ("licensgiver",),
    "terms": ("vilkår",),
    "credit": ("kreditering",),
    "credit_required": ("kreditering kræves",),
    "ended": ("ophørt",),
    "end_reason": ("ophørsgrund",),
    "photograph": ("foto", "fotografi", "photo"),
    "face": ("ansigt", "number", "nummer"),
    "confirmed": ("bekræftet",),
}
"""What a column may be called besides its own name."""

KIND_WORDS = {"publication": ("offentliggørelse",), "biometric": ("biometri",)}
STATE_WORDS = {
    "requested": ("anmodet",),
    "given": ("givet",),
    "renewed": ("fornyet",),
    "refused": ("afslået", "nægtet"),
    "withdrawn": ("trukket tilbage",),
    "revoked": ("tilbagekaldt",),
    "invalidated": ("ugyldigt",),
    "objected": ("indsigelse",),
    "entered in error": ("fejlregistreret",),
}
"""What a consent's kind and state may be written as, besides their own names."""

YES_WORDS, NO_WORDS = ("yes", "ja", "true", "sand"), ("no", "nej", "false", "falsk")


def plainly(text: str) -> str:
    """A word as it is looked up: without case, and with a space for an underscore, a hyphen or a line break."""
    return folded(text.replace("_", " ").replace("-", " "))


def named(text: str, known: Collection[str], words: Mapping[str, Sequence[str]]) -> str | None:
    """Which of the `known` names this is, by itself or by a word that stands for it; None when it is none of them."""
    said = plainly(text)
    return next((name for name in known if said in map(plainly, (name, *words.get(name, ())))), None)
