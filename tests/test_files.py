"""Files are what their bytes say, kept by digest, and never more than allowed."""

import hashlib
import io
import resource
import struct
import zipfile
import zlib

import pillow_heif
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from app import files
from app.file_types import DOCX, HEIC, JPEG, ODT, PDF, PNG, PPTX, XLSX, shown_name

LIMIT = 25 * 1024 * 1024
PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OOXML = "application/vnd.openxmlformats-officedocument."


def packed(parts, *, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), text, compress_type=kind)
    return out.getvalue()


def office(kind, **more):
    return packed({"[Content_Types].xml": f'<Types><Override ContentType="{kind}"/></Types>', **more})


def docx(**more):
    return office(OOXML + "wordprocessingml.document.main+xml", **{"word/document.xml": "<w/>"}, **more)


def opened(kind, **more):
    return packed({"mimetype": kind, "content.xml": "<x/>", **more}, stored=("mimetype",))


def image(format_, *, size=(40, 30), place=False):
    out, picture = io.BytesIO(), Image.new("RGB", size, "#205060")
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (57.0, 42.0, 0.0), 3: "E", 4: (11.0, 58.0, 0.0)})
    picture.save(out, format_, exif=exif)
    return out.getvalue()


def heic(*, place=False):
    pillow_heif.register_heif_opener()
    return image("HEIF", size=(64, 64), place=place)


@pytest.fixture
def database_url():
    return "sqlite://"


@pytest.fixture
def keep(app):
    with app.app_context():
        yield lambda data, name="", limit=LIMIT: files.store(io.BytesIO(data), limit=limit, name=name)


SAMPLES = {
    "plan.pdf": (PDF_BYTES, PDF),
    "plan.docx": (docx(), DOCX),
    "plan.xlsx": (office(OOXML + "spreadsheetml.sheet.main+xml"), XLSX),
    "plan.pptx": (office(OOXML + "presentationml.presentation.main+xml"), PPTX),
    "plan.odt": (opened(ODT), ODT),
    "plan.JPG": (image("JPEG"), JPEG),
    "plan.png": (image("PNG"), PNG),
    "plan.heic": (heic(), HEIC),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_accepted_type_is_known_by_its_content(keep, name):
    data, media_type = SAMPLES[name]
    kept = keep(data, name)
    assert (kept.media_type, kept.size) == (media_type, len(data))
    assert keep(data).media_type == media_type
    with files.open_file(kept.digest) as file:
        assert file.read() == data


def test_a_file_is_kept_once_under_its_digest(app, keep):
    first, second = keep(PDF_BYTES, "a.pdf"), keep(PDF_BYTES, "b.pdf")
    digest = hashlib.sha256(PDF_BYTES).hexdigest()
    assert first.digest == second.digest == digest
    there = [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()]
    assert [str(path.relative_to(app.config["INSTANCE"])) for path in there] == [
        f"files/{digest[:2]}/{digest[2:4]}/{digest}"
    ]


@pytest.mark.parametrize(
    ("data", "name", "code", "says"),
    [
        (b"", "plan.pdf", "empty", "empty"),
        (image("PNG"), "plan.pdf", "lies", "a PNG image"),
        (docx(), "plan.pdf", "lies", "a Word document (DOCX)"),
        (PDF_BYTES, "photo.jpg", "lies", ".jpg"),
        (b"MZ\x90\x00" + b"\0" * 60, "plan.pdf", "unknown", "a Windows program"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "plan.pdf", "unknown", "a web page"),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "logo.png", "unknown", "an SVG drawing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "plan.doc", "unknown", "an older Office file"),
        (b"just words", "plan.txt", "unknown", "plain text"),
        (packed({"a.txt": "x"}), "plan.zip", "unknown", "a packed archive (ZIP)"),
        (packed({"a.txt": "x"}), "plan.docx", "unknown", "a packed archive (ZIP)"),
        (docx(**{"word/vbaProject.bin": "x"}), "plan.docx", "macros", "macros"),
        (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "plan.docx", "macros", "macros"),
        (opened(ODT, **{"Basic/Standard/Module1.xml": "x"}), "plan.odt", "macros", "macros"),
        (docx()[:-30], "plan.docx", "broken", "damaged"),
        (b"\xff\xd8\xff\xe0nothing", "photo.jpg", "broken", "damaged"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "photo.heic", "broken", "damaged"),
    ],
)
def test_what_is_refused_is_named_and_not_kept(app, keep, data, name, code, says):
    with (
        app.test_request_context(headers={"Accept-Language": "en"}),
        pytest.raises(files.NotAccepted) as refused,
    ):
        keep(data, name)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert (refused.value.code, says in str(refused.value)) == (code, True)
    assert [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()] == []


def test_one_byte_too_many_is_refused(keep):
    assert keep(PDF_BYTES, limit=len(PDF_BYTES)).size == len(PDF_BYTES)
    with pytest.raises(files.TooLarge):
        keep(PDF_BYTES, limit=len(PDF_BYTES) - 1)


class Endless:
    """100 MB that were never anywhere at once."""

    def __init__(self):
        self.left = 100 * 1024 * 1024

    def read(self, size):
        part = b"%PDF-" + b"x" * (min(size, self.left) - 5) if self.left else b""
        self.left -= len(part)
        return part


def test_a_huge_upload_is_stopped_early_and_leaves_nothing(app, keep):
    before, stream = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, Endless()
    with app.app_context(), pytest.raises(files.TooLarge):
        files.store(stream, limit=LIMIT)
    assert stream.left > 70 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024
    assert [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()] == []


def test_a_zip_bomb_is_refused_without_being_unpacked(keep):
    declared = bytearray(docx(**{"word/media/image1.png": "x" * 50}))
    at = declared.rindex(b"PK\x01\x02")
    declared[at + 24 : at + 28] = struct.pack("<I", 3 * 1024**3)
    with pytest.raises(files.NotAccepted) as refused:
        keep(bytes(declared), "plan.docx")
    assert refused.value.code == "bomb"


def test_an_archive_of_countless_entries_is_refused_by_its_end_record(keep):
    claimed = bytearray(docx())
    at = claimed.rindex(b"PK\x05\x06")
    claimed[at + 10 : at + 12] = struct.pack("<H", 60_000)
    with pytest.raises(files.NotAccepted) as refused:
        keep(bytes(claimed), "plan.docx")
    assert refused.value.code == "bomb"


def test_an_image_of_too_many_pixels_is_refused_by_its_head(keep):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 30_000, 30_000, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(head[12:]))
    with pytest.raises(files.NotAccepted) as refused:
        keep(head + check + image("PNG")[33:], "plan.png")
    assert refused.value.code == "pixels"


@pytest.mark.parametrize(
    ("make", "name"),
    [(lambda place: image("JPEG", place=place), "a.jpg"), (lambda place: heic(place=place), "a.heic")],
)
def test_a_photo_that_says_where_it_was_taken_is_kept_as_it_is_and_told(keep, make, name):
    data = make(True)
    kept = keep(data, name)
    assert kept.has_location
    with files.open_file(kept.digest) as file:
        assert file.read() == data
    assert not keep(make(False), name).has_location


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Plan för Granåsa.docx", "Plan för Granåsa.docx"),
        ("../../../etc/passwd", "passwd.docx"),
        ("C:\\Users\\me\\plan.DOCX", "plan.docx"),
        ("plan.docx\r\nSet-Cookie: a=b", "plan.docxSet-Cookie a=b.docx"),
        ("\u202efdp.exe", "fdp.exe.docx"),
        ("", "file.docx"),
        ("....docx", "file.docx"),
        ("å" * 300 + ".docx", "å" * 115 + ".docx"),
    ],
)
def test_a_name_is_tamed(sent, shown):
    assert shown_name(sent, DOCX) == shown


@pytest.mark.parametrize("digest", ["../../secret_key", "A" * 64, "", "ab" * 31])
def test_nothing_but_a_digest_opens_a_file(app, digest):
    with app.app_context(), pytest.raises(FileNotFoundError):
        files.open_file(digest)


def test_a_download_is_saved_and_never_shown(app, keep):
    kept = keep(PDF_BYTES)
    with app.test_request_context():
        answer = files.download(kept.digest, name="Plan för Å.pdf", media_type=PDF, size=kept.size)
        assert answer.get_data() == PDF_BYTES
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Plan f_r _.pdf\"; filename*=UTF-8''Plan%20f%C3%B6r%20%C3%85.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


class TestAnObjectStore:
    @pytest.fixture
    def settings(self, monkeypatch):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        bucket = files._bucket(f"s3://kept/x?endpoint_url={endpoint}&region_name=us-east-1")
        bucket.client.create_bucket(Bucket="kept")
        yield {"FILES_URL": f"s3://kept/handed-in?endpoint_url={endpoint}&region_name=us-east-1"}
        bucket.client.close()
        server.stop()

    @pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
    def test_holds_the_same_bytes(self, app, keep):
        kept = keep(PDF_BYTES, "plan.pdf")
        assert keep(PDF_BYTES, "plan.pdf") == kept
        file = files.open_file(kept.digest)
        assert file.read() == PDF_BYTES
        file.close()
        with pytest.raises(FileNotFoundError):
            files.open_file("ab" * 32)
        assert [path for path in (app.config["INSTANCE"] / "files").rglob("*") if path.is_file()] == []
