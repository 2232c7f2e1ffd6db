"""For anybody who verifies: the keys that have signed here, and their certificates to download."""

from __future__ import annotations

from cryptography import x509
from flask import Response, abort, render_template

from app.access import permission
from app.awards import keys
from app.awards.blueprint import bp, page_args
from app.db import db


@bp.get("/verify/keys")
@permission("certificate.verify")
def key_history() -> str:
    """Every key that has signed here: fingerprint, from, until, and since when not to trust it."""
    rows = [
        (one, x509.load_pem_x509_certificate(bytes(one.certificate))) for one in keys.history(db.session())
    ]
    return render_template(
        "awards/keys.html",
        rows=[
            (
                one,
                certificate.subject.rfc4514_string(),
                certificate.issuer.rfc4514_string(),
                certificate.not_valid_after_utc,
            )
            for one, certificate in rows
        ],
        **page_args(),
    )


@bp.get("/verify/keys/<fingerprint>.pem")
@permission("certificate.verify")
def key_certificate(fingerprint: str) -> Response:
    """A signing certificate and those above it."""
    found = next((one for one in keys.history(db.session()) if one.fingerprint == fingerprint), None)
    if found is None:
        abort(404)
    response = Response(bytes(found.certificate) + bytes(found.chain), mimetype="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{fingerprint[:16]}.pem"'
    return response
