"""Files that people hand in: kept by the SHA-256 digest of their bytes, as they came, never changed.

They lie below INSTANCE/files, or in an S3-compatible store where ``FILES_URL`` names one:
``s3://bucket/prefix?endpoint_url=https://store.example&region_name=eu-north-1`` (the key comes from the
environment, as that store's tools expect it). What a file is called and whose it is stands with its row in a
room; here are only bytes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Response, current_app
from flask_babel import lazy_gettext as _l

from app.file_types import ACCEPTED, ENDINGS, NotAccepted, examine, shown_name

try:
    import boto3
    from botocore.exceptions import ClientError
except ImportError:  # the extra "s3" is not installed
    boto3 = None

__all__ = [
    "ACCEPT",
    "ACCEPTED",
    "NotAccepted",
    "Stored",
    "TooLarge",
    "download",
    "open_file",
    "remove",
    "shown_name",
    "store",
]

CHUNK = 256 * 1024
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)
# Whatever a file is, it can do nothing in the browser.
POLICY = "sandbox; default-src 'none'"


class TooLarge(ValueError):
    """More bytes than allowed; the message says how many are."""

    def __init__(self, limit: int) -> None:
        super().__init__("large")
        self.limit = limit

    def __str__(self) -> str:
        message = _l("The file is larger than %(most)s MB. Make it smaller, or hand in a link.",
                     most=self.limit // (1024 * 1024))  # fmt: skip
        return str(message)


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file. ``has_location``: a photo that says where it was taken (its sender should know)."""

    digest: str
    size: int
    media_type: str
    has_location: bool = False


class Store(Protocol):
    """Where the bytes lie."""

    def put(self, source: Path, digest: str) -> None:
        """Keep the file at ``source``, which may be moved. Once it is there, putting it again does nothing."""

    def open(self, digest: str) -> BinaryIO:
        """The bytes, to read. Raises FileNotFoundError."""

    def remove(self, digest: str) -> None:
        """Forget the bytes, if they are there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Files in a folder of this machine, two levels deep."""

    root: Path

    def path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, source: Path, digest: str) -> None:
        target = self.path(digest)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(0o600)
        source.replace(target)
        for folder in (target.parent, target.parent.parent, self.root):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def open(self, digest: str) -> BinaryIO:
        return self.path(digest).open("rb")

    def remove(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Files in an S3-compatible store."""

    client: Any
    bucket: str
    prefix: str

    def key(self, digest: str) -> str:
        return f"{self.prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    def put(self, source: Path, digest: str) -> None:
        with suppress(ClientError):
            self.client.head_object(Bucket=self.bucket, Key=self.key(digest))
            return
        with source.open("rb") as file:
            self.client.upload_fileobj(file, self.bucket, self.key(digest))

    def open(self, digest: str) -> BinaryIO:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=self.key(digest))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise FileNotFoundError(digest) from error
            raise
        return cast(BinaryIO, found["Body"])

    def remove(self, digest: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.key(digest))


def _bucket(url: str) -> Bucket:
    if boto3 is None:
        raise RuntimeError("FILES_URL is set, but the extra “s3” is not installed.")
    parts = urlsplit(url)
    prefix = parts.path.strip("/")
    client = boto3.client("s3", **dict(parse_qsl(parts.query)))
    return Bucket(client, parts.netloc, f"{prefix}/" if prefix else "")


def _store() -> Store:
    made: Store | None = current_app.extensions.get("files")
    if made is None:
        url = current_app.config["FILES_URL"]
        made = _bucket(url) if url else Folder(Path(current_app.config["INSTANCE"]) / "files")
        current_app.extensions["files"] = made
    return made


def _check_digest(digest: str) -> None:
    # A path is made of it, so it must be nothing else.
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise FileNotFoundError(digest)


def store(stream: Any, *, limit: int, name: str = "") -> Stored:
    """Keep what ``stream`` holds, up to ``limit`` bytes; memory is bounded. ``name`` is what the sender called it.

    Raises :class:`TooLarge` and :class:`NotAccepted`; nothing is then kept.
    """
    waiting = Path(current_app.config["INSTANCE"]) / "files" / "waiting"
    waiting.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=waiting, delete=False) as file:
        path = Path(file.name)
        try:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(limit)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            with path.open("rb") as written:
                found = examine(written, size, name)
            os.fsync(file.fileno())
            _store().put(path, digest.hexdigest())
        finally:
            path.unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size, found.media_type, found.has_location)


def open_file(digest: str) -> BinaryIO:
    """The bytes with this digest, to read and close. Raises FileNotFoundError."""
    _check_digest(digest)
    return _store().open(digest)


def remove(digest: str) -> None:
    """Forget the bytes with this digest. Only an erasure does, once no row names them."""
    _check_digest(digest)
    _store().remove(digest)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(CHUNK):
            yield chunk
    finally:
        file.close()


def download(digest: str, *, name: str, media_type: str, size: int) -> Response:
    """The answer that saves a file under ``name``. Raises FileNotFoundError."""
    response = Response(_pieces(open_file(digest)), mimetype=media_type)
    response.content_length = size
    plain = name.encode("ascii", "replace").decode().translate(str.maketrans('?"\\', "___"))
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response
