"""Anybody verifies a certificate; the register of those who agreed to be listed."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import permission
from app.awards import register as registered
from app.awards import verification
from app.awards.blueprint import bp, owner_id, page_args
from app.awards.decision_views import Page
from app.awards.forms import CodeForm, FileForm
from app.db import db
from certificates.verify import LARGEST_FILE, Finding

PAGE = 100


def finding_text(finding: Finding) -> tuple[str, str]:
    """One check of a file as a question and its answer."""
    questions = {
        "document": _("Is it a PDF that can be read?"),
        "coverage": _("Does the signature cover the whole file?"),
        "integrity": _("Is the file unchanged since it was signed?"),
        "signer": _("Was it signed with our key?"),
        "period": _("Was the key valid when it was signed?"),
        "development": _("Was it signed with a real key?"),
        "facts": _("Are the certificate's facts part of what was signed?"),
        "drawing": _("Does the page show those very facts?"),
        "timestamp": _("Does an independent authority confirm the time of signing?"),
        "archive": _("Does an archive timestamp hold over the whole file?"),
        "revocation": _("Is the key free from revocation by its issuer?"),
    }
    answers = {"passed": _("Yes"), "failed": _("No"), "unchecked": _("Could not be checked")}
    answer = answers[finding.outcome]
    if finding.code == "allowed-development-key":
        answer = _("No, with a development key")
    return questions.get(finding.check, finding.check), answer


@bp.route("/verify", methods=["GET", "POST"])
@permission("certificate.verify")
def verify() -> Page:
    """Verify by code, or by handing in the file."""
    code_form, file_form = CodeForm(), FileForm()
    if request.method == "POST" and "file" in request.files:
        uploaded = request.files["file"]
        content = uploaded.stream.read(LARGEST_FILE + 1)
        if not content:
            file_form.validate()
        elif len(content) > LARGEST_FILE:
            file_form.file.errors = [_("The file is larger than 20 MB, so it is no certificate of ours.")]
        else:
            answer = verification.by_file(db.session(), content, now=clock.now())
            return _answer(answer)
        return render_template("awards/verify.html", code_form=code_form, file_form=file_form), 422
    if request.method == "POST":
        if code_form.validate():
            return redirect(url_for("awards.verify_code", code=code_form.code.data.strip()))
        return render_template("awards/verify.html", code_form=code_form, file_form=file_form), 422
    return render_template("awards/verify.html", code_form=code_form, file_form=file_form)


@bp.get("/verify/<code>")
@permission("certificate.verify")
def verify_code(code: str) -> Page | Response:
    """What the register says of the certificate with this code. Unknown codes answer 404."""
    return _answer(verification.by_code(db.session(), code, now=clock.now()))


def _answer(found: verification.Verification) -> Page:
    page = render_template(
        "awards/verified.html",
        found=found,
        findings=[(one, *finding_text(one)) for one in found.findings],
        **page_args(),
    )
    return page, 404 if found.verdict == "unknown" and not found.file_checked else 200


@bp.get("/register")
@permission("register.read")
def register() -> Page:
    """Certified persons who agreed to be listed, by scheme and name."""
    search = request.args.get("q", "").strip()[:100]
    scheme = request.args.get("scheme") or None
    rows = registered.listed(db.session(), owner=owner_id(), search=search, scheme=scheme, now=clock.now())
    return render_template(
        "awards/register.html",
        rows=rows,
        search=search,
        scheme=scheme,
        schemes=registered.scheme_choices(db.session()),
        **page_args(),
    )
