"""What a learner writes while studying, and which version of a course is offered, with what was decided about it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Identified, Model


class Note(Identified, Model):
    """A learner's own words beside one unit. Nobody else reads them."""

    __tablename__ = "course_notes"
    __table_args__ = (UniqueConstraint("registration_id", "unit"),)
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    unit: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class QuizDraft(Identified, Model):
    """A quiz being answered: which questions were drawn, and what is answered so far. At most one per quiz."""

    __tablename__ = "quiz_drafts"
    __table_args__ = (UniqueConstraint("registration_id", "quiz"),)
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    quiz: Mapped[str] = mapped_column(String(80))
    questions: Mapped[list[Any]]
    answers: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class QuizAttempt(Identified, Model):
    """A quiz handed in. Its id is its draft's, so that handing in twice is handing in once."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        UniqueConstraint("registration_id", "quiz", "number"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        {"info": {"append_only": True}},
    )
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    quiz: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    questions: Mapped[list[Any]]
    answers: Mapped[dict[str, Any]]
    score: Mapped[int]
    passed: Mapped[bool]
    started_at: Mapped[datetime]
    handed_in_at: Mapped[datetime]


class CourseOffer(Identified, Model):
    """From ``at`` on, whoever begins ``course`` begins this version; the newest row counts.

    ``digest`` is the package's, as it was then. Without a row the newest installed version is offered.
    """

    __tablename__ = "course_offers"
    __table_args__ = (Index("ix_course_offers_course", "course", "id"), {"info": {"append_only": True}})
    course: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))


class VersionDecision(Identified, Model):
    """What a retro or a think tank decided about a course, and the version in which it came about."""

    __tablename__ = "version_decisions"
    __table_args__ = (
        CheckConstraint("forum IN ('design', 'retro', 'think_tank')", name="forum"),
        Index("ix_version_decisions_course", "course", "version"),
        {"info": {"append_only": True}},
    )
    course: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    forum: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))


class InstrumentAnswer(Identified, Model):
    """One answering of an instrument: the level chosen for each dimension. Answering again is a row of its own.

    ``organisation_id`` is where the person belonged then; only in aggregate do others see anything of it.
    """

    __tablename__ = "instrument_answers"
    __table_args__ = (
        Index("ix_instrument_answers_organisation", "organisation_id", "course", "instrument"),
        Index("ix_instrument_answers_registration", "registration_id", "instrument"),
    )
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"))
    course: Mapped[str] = mapped_column(String(80))
    instrument: Mapped[str] = mapped_column(String(80))
    levels: Mapped[dict[str, Any]]
    at: Mapped[datetime]
