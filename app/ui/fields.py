"""What the form macros need to know about a WTForms field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SubmitField,
)
from wtforms.widgets import FileInput, HiddenInput, Input, ListWidget, Select, TextArea


def field_kind(field: Field) -> str:
    """How a field is laid out: hidden, group, check, form, submit, area, select, file, or its input's type."""
    widget = field.widget
    if isinstance(field, HiddenField) or isinstance(widget, HiddenInput):
        return "hidden"
    if isinstance(field, SubmitField):
        return "submit"
    if isinstance(field, FormField | FieldList):
        return "form"
    if isinstance(field, RadioField) or isinstance(widget, ListWidget):
        return "group"
    if isinstance(field, BooleanField):
        return "check"
    if isinstance(widget, TextArea):
        return "area"
    if isinstance(widget, Select):
        return "select"
    if isinstance(field, FileField) or isinstance(widget, FileInput):
        return "file"
    return str(getattr(widget, "input_type", "text")) if isinstance(widget, Input) else "text"


def invalid(field: Field, describedby: str = "") -> dict[str, str]:
    """The attributes that tie a field to its hint and its error for those who listen to the page."""
    about = " ".join(
        part
        for part in (describedby.strip(), str((field.render_kw or {}).get("aria-describedby", "")))
        if part
    )
    attributes = {"aria-describedby": about} if about else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _messages(errors: Any) -> Iterator[str]:
    if isinstance(errors, Mapping):
        for inner in errors.values():
            yield from _messages(inner)
    elif isinstance(errors, str) or not isinstance(errors, Sequence):
        yield str(errors)
    else:
        for inner in errors:
            yield from _messages(inner)


def flat_errors(field: Field) -> list[str]:
    """A field's messages, those of fields within it included."""
    return list(_messages(field.errors))


def _target(field: Field) -> str:
    """The id that a link leads to: for a group its first choice, since that can take the focus."""
    return f"{field.id}-0" if field_kind(field) == "group" else str(field.id)


def form_errors(form: Form) -> list[tuple[str | None, str]]:
    """Every error of a form in the order of its fields as (id to link to, message); None for the form's own."""
    found: list[tuple[str | None, str]] = [
        (None, str(message)) for message in getattr(form, "form_errors", ())
    ]
    for field in form:
        if isinstance(field, FormField):
            found += form_errors(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                inner = (
                    form_errors(entry.form)
                    if isinstance(entry, FormField)
                    else [(_target(entry), message) for message in flat_errors(entry)]
                )
                found += inner
        elif field.errors:
            target = None if field_kind(field) == "hidden" else _target(field)
            found += [(target, message) for message in flat_errors(field)]
    return found
