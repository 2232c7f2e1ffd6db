"""Certificates for the long term: with all evidence inside, and a fresh archive timestamp every year.

Once a day. What cannot be had today (a revocation list, an authority's answer) is asked for again tomorrow; a
certificate is valid meanwhile, and no file that was handed out changes.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, jobs
from app.awards import authorities, renditions, signers
from app.awards.authorities import Authority
from app.awards.models import Certificate, Rendition, TimestampRequest
from app.clock import local_date
from app.db import new_id
from certificates.cms import CMSError
from certificates.facts import Facts
from certificates.keys import fingerprint
from certificates.longterm import Evidence, EvidenceError, archive, is_archived, issue_for_long, peel
from certificates.sign import SigningError, prepare
from certificates.timestamps import signature_of
from certificates.tokens import Timestamp, TimestampError, read_token

log = logging.getLogger(__name__)

RENEWED_AFTER = timedelta(days=365)
LARGEST_LIST = 5 * 1024 * 1024
ROUND = timedelta(minutes=30)
Made = TypeVar("Made")


class Lists:
    """The revocation lists of one round: those in the files of ``REVOCATION_LISTS``, and those that certificates
    name, each fetched once."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._fetched: dict[str, x509.CertificateRevocationList | None] = {}
        paths = [one.strip() for one in str(current_app.config["REVOCATION_LISTS"]).split(",") if one.strip()]
        self._kept = [_list(Path(path).read_bytes()) for path in paths]

    def for_all(self, certificates: Iterable[x509.Certificate]) -> tuple[x509.CertificateRevocationList, ...]:
        found = []
        for certificate in certificates:
            found += [one for one in self._kept if one.issuer == certificate.issuer]
            for address in _addresses(certificate):
                if address not in self._fetched:
                    self._fetched[address] = self._get(address)
                one = self._fetched[address]
                if one is not None:
                    found.append(one)
        return tuple({one.signature: one for one in found}.values())

    def _get(self, address: str) -> x509.CertificateRevocationList | None:
        try:
            return _list(self._fetch(address))
        except (OSError, ValueError) as problem:
            log.warning("no revocation list from %s: %s", address, problem)
            return None


def _list(data: bytes) -> x509.CertificateRevocationList:
    if data.lstrip().startswith(b"-----"):
        return x509.load_pem_x509_crl(data)
    return x509.load_der_x509_crl(data)


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [
        one.value
        for one in names
        if isinstance(one, x509.UniformResourceIdentifier) and one.value.startswith(("http://", "https://"))
    ]


def fetch(address: str) -> bytes:
    """A revocation list from where its certificate says. Raises ``OSError``."""
    return authorities.ask(address, b"", None, largest=LARGEST_LIST)


def last_timestamp(pdf: bytes, roots: Sequence[x509.Certificate]) -> Timestamp:
    """The outermost timestamp of a file of ours. Raises ``TimestampError`` or ``CMSError``."""
    if is_archived(pdf):
        return peel(pdf, roots=roots)[1]
    signature, _ = signature_of(pdf)
    if signature.token is None:
        raise TimestampError("none")
    return read_token(signature.token, signature.value, roots=roots)


def _above(certificate: x509.Certificate, roots: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    return [root for root in roots if root.subject == certificate.issuer]


def _evidence(
    certificates: Iterable[x509.Certificate], lists: Lists, roots: Sequence[x509.Certificate], now: datetime
) -> Evidence:
    listed = list(certificates)
    listed += [root for one in listed for root in _above(one, roots)]
    whole = tuple({fingerprint(one): one for one in listed}.values())
    found = Evidence(whole, lists.for_all(whole))
    found.check(at=now)
    return found


def without_long_term(session: Session) -> Sequence[uuid.UUID]:
    """Certificates with a timestamp and nothing for the long term yet, the oldest first."""
    return session.scalars(
        select(Rendition.certificate_id)
        .where(Rendition.kind == "timestamped", ~renditions.has_kind("long-term"))
        .order_by(Rendition.at, Rendition.id)
    ).all()


def to_archive(session: Session, *, now: datetime) -> list[uuid.UUID]:
    """Certificates whose last file for the long term is a year old."""
    aged = session.execute(
        select(Rendition.certificate_id, Rendition.kind, Rendition.at)
        .where(Rendition.kind.not_in(("original", "timestamped")))
        .order_by(Rendition.at, Rendition.id)
    )
    last = {row[0]: row[2] for row in aged}
    return [one for one, at in last.items() if at <= now - RENEWED_AFTER]


def _asked(
    session: Session, certificate_id: uuid.UUID, ready: Sequence[Authority], make: Callable[[str], Made]
) -> Made | None:
    """What ``make`` makes with the first authority that answers; each question is noted before it is asked."""
    for authority in ready:
        question_id = new_id()
        session.add(
            TimestampRequest(
                id=question_id, certificate_id=certificate_id, authority=authority.address, at=clock.now()
            )
        )
        session.commit()
        made, problem = None, ""
        try:
            made = make(authority.address)
        except (TimestampError, CMSError, EvidenceError, SigningError) as refusal:
            problem = str(refusal)
            log.warning("nothing for the long term with %s: %s", authority.address, problem)
        session.get_one(TimestampRequest, question_id).answer = problem[:400]
        if made is not None:
            return made
        session.commit()
    return None


def preserve(
    session: Session, certificate_id: uuid.UUID, ready: Sequence[Authority], *, lists: Lists
) -> bool:
    """Make the certificate's file for the long term (B-LT); whether it could be."""
    certificate = session.get_one(Certificate, certificate_id)
    try:
        signer = signers.usable_signer(session, certificate.owner_id)
        template = signers.issuer_of(session, certificate.owner_id).template_for(certificate.scheme)
    except signers.CannotIssue as problem:
        log.warning("nothing new for the long term: %s", problem)
        return False
    stamped = session.scalars(
        select(Rendition.content).where(
            Rendition.certificate_id == certificate_id, Rendition.kind == "timestamped"
        )
    ).one()
    facts, roots, now = Facts.from_json(certificate.facts), authorities.roots(), clock.now()
    session.commit()
    try:
        authority = last_timestamp(stamped, roots).authority
        evidence = _evidence((signer.certificate, *signer.chain, authority), lists, roots, now)
    except (TimestampError, CMSError, EvidenceError) as missing:
        log.warning("nothing for the long term yet: %s", missing)
        return False
    made = _asked(
        session,
        certificate_id,
        ready,
        lambda address: issue_for_long(
            prepare(facts, template, signer=signer, at=now),
            evidence,
            authorities=[address],
            post=authorities.post,
            roots=roots,
        )[0],
    )
    if made is None:
        return False
    signers.know_key(session, signer, now)
    renditions.store(
        session, certificate_id, "long-term", made.pdf, digest=made.digest, signer=signer.fingerprint, now=now
    )
    session.commit()
    return True


def renew(session: Session, certificate_id: uuid.UUID, ready: Sequence[Authority], *, lists: Lists) -> bool:
    """Put this year's archive timestamp (B-LTA) over the certificate's newest file; whether it could be."""
    last = renditions.newest(session, session.get_one(Certificate, certificate_id))
    assert last is not None
    content, digest, signer = last.content, last.digest, last.signer
    roots, now = authorities.roots(), clock.now()
    kind = f"archive-{local_date(now).year}"
    if kind == last.kind:
        return False
    session.commit()
    try:
        evidence = _evidence((last_timestamp(content, roots).authority,), lists, roots, now)
    except (TimestampError, CMSError, EvidenceError) as missing:
        log.warning("no archive timestamp yet: %s", missing)
        return False
    made = _asked(
        session,
        certificate_id,
        ready,
        lambda address: archive(
            content,
            evidence,
            authorities=[address],
            post=authorities.post,
            roots=roots,
        )[0],
    )
    if made is None:
        return False
    renditions.store(session, certificate_id, kind, made, digest=digest, signer=signer, now=now)
    session.commit()
    return True


@jobs.job("preserve-certificates", daily_at=2)
def preserve_certificates(run: jobs.Run) -> None:
    """Files for the long term, then archive timestamps, as far as the authorities' limits allow today."""
    session, asked = run.session, authorities.configured()
    if not asked:
        return
    lists, old = Lists(fetch), to_archive(session, now=clock.now())
    young = without_long_term(session)
    until, total = clock.now() + ROUND, len(young) + len(old)
    for position, certificate_id in enumerate([*old, *young], start=1):
        ready = renditions.ready(session, asked)
        if not ready or clock.now() > until:
            break
        if position <= len(old):
            renew(session, certificate_id, ready, lists=lists)
        else:
            preserve(session, certificate_id, ready, lists=lists)
        run.checkpoint(position, total)
