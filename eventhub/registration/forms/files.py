"""Files that answer a question: kept when they come, claimed by the registration, gone with their answer.

An answer is "<public id>/<name>"; the name is the person's own and stands nowhere else. Until the form is sent, a file
belongs to the form's `scope`: its submission key, or the public id of a registration that is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from eventhub import storage
from eventhub.core.errors import NotFound, TooMany
from eventhub.core.ids import public_id
from eventhub.core.keys import field_key_mark, seal_field, unseal_field
from eventhub.core.text import N_, clean_line
from eventhub.db import db, rows_changed
from eventhub.documents.cleaning import ENDINGS, MEDIA_TYPES, FileKind, clean
from eventhub.registration.forms.answering import Stored, file_of
from eventhub.registration.forms.models import Upload
from eventhub.registration.forms.shapes import Question, QuestionKind, Shape
from eventhub.registration.forms.unfit import Unfit
from eventhub.throttle import Limit

KINDS = {QuestionKind.DOCUMENT: FileKind.DOCUMENT, QuestionKind.PICTURE: FileKind.PICTURE}
LONGEST_NAME = 80
# A form that nobody sent by then is not sent any more.
UNSENT = timedelta(days=1)
JUST_NOW = timedelta(hours=1)
AT_ONCE = 500


class TooManyFiles(TooMany):
    sentence = N_("These are many files at once. Try again in an hour.")


class FileGone(Unfit):
    sentence = N_("The file is not there any more. Choose it again.")


UPLOADS = Limit(name="upload", tries=40, window=timedelta(hours=1), refusal=TooManyFiles)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file as it is served."""

    name: str
    media_type: str
    content: bytes


def cleaned(question: Question, content: bytes) -> bytes:
    """What may be kept of a file. Takes a moment, so for outside of transactions; raises what clean says."""
    return clean(KINDS[question.content.kind], content)


def keep_upload(question: Question, content: bytes, *, called: str, scope: str, now: datetime) -> str:
    """Store a cleaned file until the form is sent; the answer."""
    kind = KINDS[question.content.kind]
    stored_as, key = storage.keep(content)
    name = public_id()
    upload = Upload(
        public_id=name,
        question_id=question.id,
        scope=scope,
        registration_id=None,
        kind=kind,
        stored_as=stored_as,
        key_mark=field_key_mark(),
        sealed_key=seal_field(key, about=_about(name)),
        created_at=now,
    )
    db.session.add(upload)
    db.session.flush()
    return f"{name}/{_own_name(called, kind)}"


def _own_name(called: str, kind: FileKind) -> str:
    """The person's name for it, its ending that of what it is."""
    stem = re.sub(r"[\x00-\x1f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]", " ", clean_line(called))
    stem = " ".join(stem.rpartition(".")[0].split() or stem.split())[:LONGEST_NAME].strip(". ")
    return (stem or "file") + ENDINGS[kind]


def claim_uploads(registration_id: int, answers: Iterable[Stored], *, scope: str) -> None:
    """The files of these answers are the registration's. Raises FileGone for one that this form did not bring."""
    for one in answers:
        if one.question.content.shape is Shape.FILE and one.value is not None:
            its = update(Upload).where(
                Upload.public_id == file_of(one.value),
                Upload.question_id == one.question.id,
                Upload.scope == scope,
                Upload.registration_id.is_(None),
            )
            if rows_changed(its.values(registration_id=registration_id)) != 1:
                raise FileGone().beside(one.question.public_id)


def forget_uploads(registration_ids: Collection[int], *, questions: Collection[int] | None = None) -> None:
    """Their keys go, and with them all that the files say; the files are swept away at night."""
    only = () if questions is None else (Upload.question_id.in_(questions),)
    rows_changed(delete(Upload).where(Upload.registration_id.in_(registration_ids), *only))


def fetch_upload(registration_id: int, answer: Stored) -> Fetched:
    """The file of an answer of this registration. Raises NotFound."""
    if answer.question.content.shape is not Shape.FILE or not answer.value:
        raise NotFound()
    upload = db.session.scalars(
        select(Upload).where(
            Upload.public_id == file_of(answer.value), Upload.registration_id == registration_id
        )
    ).one_or_none()
    if upload is None:
        raise NotFound()
    content = storage.fetch(upload.stored_as, _key(upload))
    name = str(answer.value).partition("/")[2]
    return Fetched(name=name, media_type=MEDIA_TYPES[upload.kind], content=content)


def drop_unsent(*, now: datetime) -> int:
    """Files of forms that nobody sent go; how many."""
    return rows_changed(
        delete(Upload).where(Upload.registration_id.is_(None), Upload.created_at < now - UNSENT)
    )


def sweep_files(*, now: datetime) -> int:
    """Remove from the folder what belongs to nobody; how many."""
    return storage.sweep(set(db.session.scalars(select(Upload.stored_as))), before=now - JUST_NOW)


def seal_keys_anew(*, limit: int = AT_ONCE) -> int:
    """Bring keys of files that lie under an older key under the newest; how many. Zero: all are."""
    old = select(Upload).where(Upload.key_mark != field_key_mark())
    rows = db.session.scalars(old.order_by(Upload.id).limit(limit).with_for_update()).all()
    for row in rows:
        row.sealed_key = seal_field(_key(row), about=_about(row.public_id))
        row.key_mark = field_key_mark()
    db.session.flush()
    return len(rows)


def _key(upload: Upload) -> bytes:
    return unseal_field(upload.sealed_key, mark=upload.key_mark, about=_about(upload.public_id))


def _about(name: str) -> bytes:
    """What a key is bound to: copied to another row it opens nothing."""
    return json.dumps(["uploads", name]).encode()
