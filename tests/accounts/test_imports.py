"""Lists of people as they really come: every bad cell named, nothing half-imported."""

import contextlib
import csv
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select

from app.accounts.errors import Refused
from app.accounts.imports import import_invitations, preview_import
from app.accounts.invitations import invite
from app.accounts.models import Invitation
from app.accounts.spreadsheets import read


@pytest.fixture
def falkvik(place):
    return place("Falkvik")


@pytest.fixture
def guide(person, falkvik):
    return person("Gunde Lots-Påhitt", "guide", falkvik.id, email="gunde@exempel.se")


@pytest.fixture
def look(session, falkvik, guide, now):
    def preview(data, filename="lista.csv"):
        data = data if isinstance(data, bytes) else data.encode()
        return preview_import(session, data, filename, organisation=falkvik.id, by=guide.id, now=now)

    return preview


def xlsx(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def code(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_list_saved_by_a_swedish_excel_is_read(look, encoding, newline):
    text = newline.join(["E-post;Namn;Roll", "åsa.ohman@exempel.se;Åsa Öhman-Påhitt;Deltagare", ""])
    preview = look(text.replace("åsa", "asa").encode(encoding))
    assert [(row.email, row.name, row.role) for row in preview.rows] == [
        ("asa.ohman@exempel.se", "Åsa Öhman-Påhitt", "member")
    ]
    assert not preview.errors


@pytest.mark.parametrize(
    "text",
    ["sep=;\nE-post;Namn\na@exempel.se;A", "E-post\tNamn\na@exempel.se\tA", "email,name\na@exempel.se,A"],
)
def test_other_separators_are_understood(look, text):
    assert [(row.email, row.name) for row in look(text).rows] == [("a@exempel.se", "A")]


def test_a_workbook_is_read(look):
    preview = look(
        xlsx(["Förnamn", "Efternamn", "E-post", "Språk"], ["Åsa", "Påhitt", "asa@exempel.se", "engelska"]),
        "l.xlsx",
    )
    assert [(row.email, row.name, row.language) for row in preview.rows] == [
        ("asa@exempel.se", "Åsa Påhitt", "en")
    ]


def test_every_bad_cell_is_named_by_row_and_column(look):
    text = (
        "Namn;E-post;Roll;Språk\nA;ingen adress;deltagare;sv\n;;;\nB;b@exempel.se;kejsare;klingon\n"
        + "x" * 201
        + ";;;\n"
    )
    found = [(error.row, error.column, error.heading) for error in look(text).errors]
    assert found == [
        (2, "B", "E-post"),
        (4, "C", "Roll"),
        (4, "D", "Språk"),
        (5, "B", "E-post"),
        (5, "A", "Namn"),
    ]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(look):
    text = 'sep=;\nE-post;Namn\na@exempel.se;"Två\nrader"\nfel;B\n'
    assert [error.row for error in look(text).errors] == [5]


def test_rows_of_a_workbook_keep_their_numbers(look):
    preview = look(xlsx(["E-post"], [None], ["fel"]), "l.xlsx")
    assert [(error.row, error.column) for error in preview.errors] == [(3, "A")]


def test_a_role_that_one_may_not_hand_out_is_named(look):
    assert [error.column for error in look("E-post;Roll\na@exempel.se;partner").errors] == ["B"]


def test_who_is_repeated_invited_or_here_is_shown(session, look, falkvik, guide, person, now):
    here = person("Mats Exempel", "member", falkvik.id, email="har@exempel.se")
    assert here
    invite(session, email="bjuden@exempel.se", organisation=falkvik.id, by=guide.id, now=now)
    lines = [
        "E-post",
        "ny@exempel.se",
        "NY@exempel.se",
        "har@exempel.se",
        "bjuden@exempel.se",
        "gunde@exempel.se",
    ]
    standings = [row.standing for row in look("\n".join(lines)).rows]
    assert standings == ["new", "repeated", "member", "invited", "oneself"]


def test_a_preview_writes_nothing(session, look):
    look("E-post\na@exempel.se")
    assert session.scalar(select(func.count(Invitation.id))) == 0


def test_the_import_invites_exactly_the_new_ones(session, look, falkvik, guide, now):
    invite(session, email="bjuden@exempel.se", organisation=falkvik.id, by=guide.id, now=now)
    preview = look("E-post\na@exempel.se\nbjuden@exempel.se\na@exempel.se\nb@exempel.se")
    made = import_invitations(session, preview.rows, organisation=falkvik.id, by=guide.id, now=now)
    assert [one.email for one in made] == ["a@exempel.se", "b@exempel.se"]
    assert len(preview.new) == 2


def test_importing_twice_invites_once(session, look, falkvik, guide, now):
    rows = look("E-post\na@exempel.se").rows
    import_invitations(session, rows, organisation=falkvik.id, by=guide.id, now=now)
    assert import_invitations(session, rows, organisation=falkvik.id, by=guide.id, now=now) == []


def test_a_refusal_in_the_middle_leaves_nobody_invited(session, look, falkvik, place, guide, now):
    rows = look("E-post\na@exempel.se\nb@exempel.se").rows
    bad = [rows[0], type(rows[1])(3, "b@exempel.se", "", "administrator", "sv")]
    with pytest.raises(Refused):
        import_invitations(session, bad, organisation=falkvik.id, by=guide.id, now=now)
    assert session.scalar(select(func.count(Invitation.id))) == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file-empty"),
        (b"  \r\n ", "file-empty"),
        (b"Namn;Telefon\nA;1", "no-email-column"),
        (b"E-post;Namn\n", "no-rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file-kind"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "file-old"),
        (b"PK\x03\x04 not a zip", "file-broken"),
        (b"x" * (5 * 1024 * 1024 + 1), "file-large"),
        (b"E-post\n" + b"a@exempel.se\n" * 2001, "file-rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(look, data, reason):
    assert code(look, data) == reason


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (51 * 1024 * 1024))
    assert code(read, packed.getvalue(), "lista.xlsx") == "file-large"


cells = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=20
).map(str.strip)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3).filter(any), min_size=1, max_size=6),
    delimiter=st.sampled_from(";,\t"),
)
def test_what_a_spreadsheet_writes_comes_back(rows, delimiter):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerows([["E-post", "Namn", "Roll"], *rows])
    lines = read(written.getvalue().encode("utf-8-sig"), "lista.csv")
    assert [[line.at(column) for column in range(3)] for line in lines[1:]] == rows


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_break_the_reading(data):
    with contextlib.suppress(Refused):
        read(data, "lista.csv")
