"""The register's tables, as the newest migration leaves them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

REVISION = "0005"
"""The migration that the tables agree with."""


class _Moment(sa.TypeDecorator[dt.datetime]):
    """An aware datetime, kept as UTC without its zone, which every database can."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        return value and value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        return value and value.replace(tzinfo=dt.UTC)


metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
person = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("guardian", sa.ForeignKey("person.id", name="fk_person_guardian"), index=True),
)
consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_consent_person"), nullable=False, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date, index=True),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("id", "person", "kind", name="uq_consent_id_person_kind"),
)
scope = sa.Table(
    "consent_scope",
    metadata,
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_consent_scope_consent"), primary_key=True),
    sa.Column("dimension", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(100), primary_key=True),
)
face = sa.Table(
    "face_vector",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.String(64), nullable=False, index=True),
    sa.Column("engine", sa.String(200), nullable=False, index=True),
    sa.Column("consent", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    # The database itself refuses a vector that rests on no biometric consent of the same person.
    sa.ForeignKeyConstraint(
        ["consent", "person", "kind"], ["consent.id", "consent.person", "consent.kind"], name="fk_face_vector_consent"
    ),
    sa.CheckConstraint("kind = 'biometric'", name="ck_face_vector_kind"),
)
work = sa.Table(
    "work",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),
)
work_picture = sa.Table(
    "work_picture",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_work_picture_work"), nullable=False, index=True),
    sa.Column("sha256", sa.String(64)),
    sa.Column("phash", sa.String(16), index=True),
    sa.Column("pdq", sa.String(64), index=True),
    sa.Column("quality", sa.Integer, nullable=False),
    sa.Column("version", sa.String(32)),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("features", sa.LargeBinary),
    sa.UniqueConstraint("sha256", name="uq_work_picture_sha256"),
)
log = sa.Table(
    "log",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("action", sa.String(64), nullable=False, index=True),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("payload", sa.String(64), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.String(100), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_evidence_person"), nullable=False, index=True),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_evidence_consent")),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
publication = sa.Table(
    "publication",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("picture", sa.String(64), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("published", sa.Date, nullable=False),
    sa.Column("channel", sa.String(100), nullable=False),
    sa.Column("purpose", sa.String(100)),
    sa.Column("campaign", sa.String(100)),
    sa.Column("audience", sa.String(100)),
    sa.Column("territory", sa.String(100)),
    sa.Column("setting", sa.String(100)),
    sa.Column("event", sa.String(100)),
    sa.Column("edit", sa.String(100)),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("down", _Moment),
)
shown = sa.Table(
    "publication_person",
    metadata,
    sa.Column(
        "publication", sa.ForeignKey("publication.id", name="fk_publication_person_publication"), primary_key=True
    ),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_publication_person_person"), primary_key=True),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_publication_person_consent")),
    sa.Index("ix_publication_person_person", "person"),
    sa.Index("ix_publication_person_consent", "consent"),
)
licence = sa.Table(
    "licence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_licence_work"), nullable=False, index=True),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date, index=True),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
licence_scope = sa.Table(
    "licence_scope",
    metadata,
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_scope_licence"), primary_key=True),
    sa.Column("dimension", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(100), primary_key=True),
)
licence_end = sa.Table(
    "licence_end",
    metadata,
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_end_licence"), primary_key=True),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
licence_evidence = sa.Table(
    "licence_evidence",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_licence_evidence_licence"), nullable=False, index=True),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
publication_work = sa.Table(
    "publication_work",
    metadata,
    sa.Column("publication", sa.ForeignKey("publication.id", name="fk_publication_work_publication"), primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", name="fk_publication_work_work"), primary_key=True, index=True),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_publication_work_licence"), index=True),
)
takedown = sa.Table(
    "takedown",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("publication", sa.ForeignKey("publication.id", name="fk_takedown_publication"), nullable=False),
    sa.Column("cause", sa.String(32), nullable=False),
    sa.Column("consent", sa.ForeignKey("consent.id", name="fk_takedown_consent"), index=True),
    sa.Column("opened", _Moment, nullable=False),
    sa.Column("closed", _Moment),
    sa.Column("licence", sa.ForeignKey("licence.id", name="fk_takedown_licence"), index=True),
    sa.Index("ix_takedown_publication", "publication"),
)
decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("at", _Moment, nullable=False, index=True),
    sa.Column("picture", sa.String(64)),
    sa.Column("policy", sa.String(64), nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("report", sa.LargeBinary),
    sa.Column("release", sa.LargeBinary),
)
judged = sa.Table(
    "decision_person",
    metadata,
    sa.Column("decision", sa.ForeignKey("decision.id", name="fk_decision_person_decision"), primary_key=True),
    sa.Column("person", sa.ForeignKey("person.id", name="fk_decision_person_person"), primary_key=True),
    sa.Index("ix_decision_person_person", "person"),
)
dismissal = sa.Table(
    "dismissal",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("ends", sa.ForeignKey("dismissal.id", name="fk_dismissal_ends"), unique=True),
    sa.Column("details", sa.LargeBinary, nullable=False),
)
revision = sa.table("alembic_version", sa.column("version_num", sa.String))
