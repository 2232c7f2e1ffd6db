"""The usage report as a signed file: whole, by the key that signs certificates, and to be checked by anybody."""

import io

import pypdfium2
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import select

from app import clock
from app.awards import signers
from app.awards.models import SigningKey
from app.licensing import metering, usage
from app.lrs.models import Statement
from app.reports import views
from certificates.keys import new_signer
from certificates.report import holds, sign_report
from certificates.sign import SigningError
from tests.licensing.test_accounts import PER_PERSON, use
from tests.licensing.test_seats import text
from tests.licensing.test_usage import line_of, void


@pytest.fixture
def licence(trade, rented_courses):
    made = trade.install(**PER_PERSON)
    use(trade, rented_courses, trade.leo)
    return made


def file_of(client, licence, **asked):
    answer = client.get(f"/licences/{licence.id}/usage.pdf", query_string=asked)
    assert answer.mimetype == "application/pdf"
    return answer.data


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def checked(pdf, signer):
    """What pyHanko says of the file's one signature, trusting that signer alone."""
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    root = x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER))
    return validate_pdf_signature(
        signature, signer_validation_context=ValidationContext(trust_roots=[root], allow_fetching=False)
    )


def test_the_report_is_signed_whole_by_the_key_that_signs_certificates(app, trade, licence, enter):
    pdf = file_of(enter(trade.leo), licence)
    with app.test_request_context():
        signer = signers.signer()
    status = checked(pdf, signer)
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_it_cites_the_statement_of_each_line(trade, licence, enter):
    void(trade, line_of(trade))
    said = words_of(file_of(enter(trade.leo), licence)).replace(" ", "")
    read = list(usage.lines(trade.session, licence, metering.month_of(clock.now()), names=True, secret="x"))
    assert len(read) == 2
    ids = {str(one) for one in trade.session.scalars(select(Statement.statement_id))}
    for line in read:
        assert str(line.statement) in said
        assert str(line.statement) in ids
    assert f"rättarraden{read[0].id}" in said


def test_the_licensee_reads_names_and_the_publisher_pseudonyms(trade, licence, enter):
    assert "Leo Exempelsson" in words_of(file_of(enter(trade.leo), licence))
    theirs = words_of(file_of(enter(trade.paula), licence))
    assert "Leo" not in theirs
    assert "P-" in theirs


def test_it_speaks_the_readers_language(trade, licence, enter):
    assert "Användningsrapport" in words_of(file_of(enter(trade.leo), licence))
    trade.leo.language = "en"
    trade.session.commit()
    assert "Usage report" in words_of(file_of(enter(trade.leo), licence))


def test_a_month_without_use_is_a_report_too(trade, licence, enter):
    assert "användes inget" in words_of(file_of(enter(trade.leo), licence, month="2026-01"))


def test_a_development_key_says_so(trade, licence, enter):
    assert "utvecklingsnyckel" in words_of(file_of(enter(trade.leo), licence))


@pytest.mark.parametrize("where", ["a figure", "the end"])
def test_a_report_that_was_changed_does_not_hold(app, trade, licence, enter, where):
    pdf = file_of(enter(trade.leo), licence)
    with app.test_request_context():
        signer = signers.signer()
    assert holds(pdf, signer)
    at = pdf.index(b"stream") + 60
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :] if where == "a figure" else pdf + b"\n%%EOF\n"
    assert not holds(changed, signer)


def test_another_key_does_not_vouch_for_it(trade, licence, enter):
    other = new_signer("En annan", authority_name="En annan", now=clock.now())
    assert not holds(file_of(enter(trade.leo), licence), other)


def test_a_certificate_that_is_not_valid_yet_signs_nothing(trade, licence, enter):
    later = new_signer("En annan", authority_name="En annan", now=clock.now())
    with pytest.raises(SigningError):
        sign_report(b"", signer=later, name="x", at=later.certificate.not_valid_before_utc.replace(year=2000))


def test_a_retired_key_signs_no_report(app, trade, licence, enter):
    with app.test_request_context():
        used = signers.signer()
    signers.know_key(trade.session, used, clock.now())
    trade.session.flush()
    trade.session.scalars(select(SigningKey)).one().retired_at = clock.now()
    trade.session.commit()
    answer = enter(trade.leo).get(f"/licences/{licence.id}/usage.pdf", follow_redirects=True)
    assert "kan inte signeras nu" in text(answer)


def test_a_month_too_long_for_paper_is_read_as_a_table(trade, licence, enter, monkeypatch):
    monkeypatch.setattr(views, "MOST", 0)
    answer = enter(trade.leo).get(f"/licences/{licence.id}/usage.pdf", follow_redirects=True)
    assert "för många rader" in text(answer)


def test_strangers_get_no_report(trade, licence, enter):
    for stranger in (trade.gunnel, trade.rita):
        assert enter(stranger).get(f"/licences/{licence.id}/usage.pdf").status_code == 404
