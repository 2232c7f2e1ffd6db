"""The store as other rooms see it. Nothing here commits; a tenant is the owning organisation's id."""

from __future__ import annotations

from app.lrs.credentials import Grant, make_credential, revoke, rotate, verify
from app.lrs.query import Page, committed_after, definitions, get, is_voided, query, walk
from app.lrs.store import VOIDED, store
from app.lrs.stored import Received, StatementConflict, Stored, StoredStatement
from app.lrs.validate import InvalidStatement, check

__all__ = [
    "VOIDED",
    "Grant",
    "InvalidStatement",
    "Page",
    "Received",
    "StatementConflict",
    "Stored",
    "StoredStatement",
    "check",
    "committed_after",
    "definitions",
    "get",
    "is_voided",
    "make_credential",
    "query",
    "revoke",
    "rotate",
    "store",
    "verify",
    "walk",
]
