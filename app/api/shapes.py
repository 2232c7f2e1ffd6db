"""What the programming interface answers: each shape once, described for the reader of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

CONTROL_FREE = validate.Regexp(r"\A[^\x00-\x1f\x7f]*\Z", error="It holds a control character.")


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


class Texts(Schema):
    """The same text in each language."""

    sv = fields.String(required=True)
    en = fields.String(required=True)


class Problem(Schema):
    """An error, as RFC 9457 says it."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata=says("what happened and what to do"))
    instance = fields.String(required=True, metadata=says("the path that was asked for"))
    errors = fields.Dict(metadata=says("what is wrong with each parameter"))


class Index(Schema):
    """Where to go from here."""

    description = fields.String(required=True, metadata=says("the address of the OpenAPI document"))
    verify = fields.String(required=True)
    schemes = fields.String(required=True)
    register = fields.String(required=True)


class CertificateFacts(Schema):
    """What the certificate states, as it was signed. ``valid_until`` null: it does not expire."""

    serial = fields.String(required=True)
    code = fields.String(required=True)
    holder = fields.String(required=True)
    scheme = fields.Nested(Texts, required=True)
    level = fields.Nested(Texts, required=True)
    scheme_version = fields.String(required=True)
    criteria_digest = fields.String(
        required=True, metadata=says("SHA-256 of the scheme version that was decided by")
    )
    awarded_on = fields.Date(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    issuer = fields.String(required=True)
    place = fields.String(required=True)
    verify_url = fields.String(required=True)
    development = fields.Boolean(
        required=True, metadata=says("true on samples and demonstration certificates, which prove nothing")
    )


class Change(Schema):
    """The status from ``at`` on; a suspension may name its last day."""

    status = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    until = fields.Date(required=True, allow_none=True)


class Verification(Schema):
    """What the register says of a certificate now. The file's signature is checked at /verify, by handing it in."""

    verdict = fields.String(
        required=True,
        validate=validate.OneOf(("valid", "not_in_force")),
        metadata=says("valid: in force today; not_in_force: genuine, but see status"),
    )
    status = fields.String(
        required=True,
        validate=validate.OneOf(("pending", "active", "suspended", "withdrawn", "expired", "superseded")),
    )
    certificate = fields.Nested(CertificateFacts, required=True)
    history = fields.List(fields.Nested(Change), required=True)
    replaced_by = fields.String(
        required=True, allow_none=True, metadata=says("the code of the certificate that replaces this one")
    )
    signed_digest = fields.String(
        required=True, allow_none=True, metadata=says("SHA-256 of the file's signed bytes")
    )


class SchemeSummary(Schema):
    """One certification, in its current version."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    level = fields.Integer(required=True)
    name = fields.Nested(Texts, required=True)
    summary = fields.Nested(Texts, required=True)
    digest = fields.String(required=True, metadata=says("SHA-256 of everything that the version says"))
    published_at = fields.AwareDateTime(required=True)


class Schemes(Schema):
    schemes = fields.List(fields.Nested(SchemeSummary), required=True)


class SchemeInFull(SchemeSummary):
    """The whole version. Months are calendar months, null means no limit."""

    prerequisites = fields.List(fields.String(), required=True)
    time_limit_months = fields.Integer(required=True, allow_none=True)
    validity_months = fields.Integer(required=True, allow_none=True)
    renewal_window_months = fields.Integer(required=True)
    grace_days = fields.Integer(required=True)
    content = fields.Dict(
        required=True,
        metadata=says("the scheme file: criteria, renewal, assessments; what the digest covers"),
    )


class RegisterQuery(Schema):
    q = fields.String(
        load_default="",
        validate=[validate.Length(max=100), CONTROL_FREE],
        metadata=says("part of the holder's name"),
    )
    scheme = fields.String(
        load_default=None,
        validate=[validate.Length(max=80), CONTROL_FREE],
        metadata=says("a scheme's code"),
    )


class Certified(Schema):
    """A certified person who agreed to be listed, with the active certificate."""

    holder = fields.String(required=True)
    organisation = fields.String(required=True)
    scheme = fields.Nested(Texts, required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    serial = fields.String(required=True)


class Register(Schema):
    certified = fields.List(fields.Nested(Certified), required=True)
    most = fields.Integer(required=True, metadata=says("the answer holds at most so many; narrow the search"))
