"""What every page has, and the choices that a reader makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask, flash, render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup
from wtforms import FieldList, FormField, RadioField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.ui import status
from app.ui.forms import Form
from app.ui.setup import error_text, provide, render_error
from app.ui.views import way_back
from tests.validator import HtmlValidator


class Page(HTMLParser):
    """Tags, ids and what refers to them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _tag, attributes in self.tags if "id" in attributes]


@pytest.fixture(params=["sv", "en"])
def guide(client: FlaskClient, request: pytest.FixtureRequest) -> str:
    client.set_cookie("language", request.param)
    return client.get("/styleguide").text


def test_every_id_on_a_page_is_there_once(guide: str) -> None:
    ids = Page(guide).ids
    assert sorted(ids) == sorted(set(ids))


def test_every_label_and_description_leads_to_something(guide: str) -> None:
    page = Page(guide)
    for _tag, attributes in page.tags:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            for target in (attributes.get(name) or "").split():
                assert target in page.ids, (name, target)


def test_every_link_of_the_error_summary_leads_to_a_field(guide: str) -> None:
    links = re.findall(r'<a class="ds-link" href="#([^"]+)"', guide)
    assert links
    assert set(links) <= set(Page(guide).ids)


def test_no_page_carries_inline_style_or_script(guide: str) -> None:
    assert not re.search(r"<[^>]+\s(style|on\w+)=", guide)
    assert all("src" in script for script in Page(guide).all("script"))


@pytest.fixture(scope="module")
def validator() -> Iterator[HtmlValidator]:
    checker = HtmlValidator()
    yield checker
    checker.close()


def test_every_part_is_valid_html(guide: str, validator: HtmlValidator) -> None:
    assert validator(guide) == []


def test_one_heading_of_the_first_rank_and_one_main(guide: str) -> None:
    page = Page(guide)
    assert len(page.all("h1")) == len(page.all("main")) == 1


def test_the_first_link_leads_past_the_header(guide: str) -> None:
    assert Page(guide).all("a")[0]["href"] == "#main"


def test_every_cell_names_its_column_for_narrow_screens(guide: str) -> None:
    cells = re.findall(r"<td[^>]*>", guide)
    assert cells
    assert all("data-label" in cell for cell in cells)


def test_the_style_guide_is_not_there_in_production(make_app: Callable[..., Flask]) -> None:
    assert make_app(MODE="production").test_client().get("/styleguide").status_code == 404


def test_a_page_says_which_language_it_is_in(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    assert Page(client.get("/styleguide").text).all("html")[0]["lang"] == "en"


def test_nothing_english_is_left_on_the_swedish_page(client: FlaskClient) -> None:
    client.set_cookie("language", "sv")
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", client.get("/styleguide").text)
    assert not re.search(r"\b(the|and|with|your|hours|sign|show|next|of)\b", words)


def test_choosing_a_language_is_kept_and_leads_back(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/styleguide?sort=day"})
    assert answer.location == "/styleguide?sort=day"
    assert Page(client.get("/styleguide").text).all("html")[0]["lang"] == "en"


def test_choosing_a_language_is_told_to_the_account(app: Flask, client: FlaskClient) -> None:
    told: list[str] = []
    provide(app, keep_language=told.append)
    client.post("/language", data={"language": "en"})
    assert told == ["en"]


@pytest.mark.parametrize("scheme", ["light", "dark", "auto"])
def test_choosing_colours_is_kept(client: FlaskClient, scheme: str) -> None:
    client.post("/colours", data={"scheme": scheme})
    assert Page(client.get("/styleguide").text).all("html")[0]["data-color-scheme"] == scheme


@pytest.mark.parametrize(("path", "name"), [("/language", "language"), ("/colours", "scheme")])
def test_a_choice_that_is_not_offered_is_refused(client: FlaskClient, path: str, name: str) -> None:
    assert client.post(path, data={name: "<b>"}).status_code == 400


def test_a_forged_cookie_changes_nothing(client: FlaskClient) -> None:
    client.set_cookie("colours", '"><script>')
    assert Page(client.get("/styleguide").text).all("html")[0]["data-color-scheme"] == "auto"


def test_choices_need_a_token(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    assert client.post("/language", data={"language": "en"}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        None,
        "path",
        "\\\\elsewhere.example",
        "///elsewhere.example",
    ],
)
def test_the_way_back_never_leaves_the_site(target: str | None) -> None:
    assert way_back(target) == "/"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 410, 413, 429, 500, 503])
def test_an_error_page_says_what_happened_and_shows_one_way_on(app: Flask, code: int) -> None:
    with app.test_request_context("/"):
        page, answered = render_error(code)
        assert answered == code
        assert error_text(code)[0] in page
        assert page.count('<a class="ds-button"') == 1


def test_a_fault_is_told_even_where_the_menu_cannot_be_read(make_app: Callable[..., Flask]) -> None:
    app = make_app(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def broken() -> list[tuple[str, str, bool]]:
        raise RuntimeError("the database is away")

    provide(app, nav=broken)
    answer = app.test_client().get("/styleguide")
    assert answer.status_code == 500
    assert "Något gick fel hos oss" in answer.text


def test_a_form_from_a_stale_page_says_what_to_do(make_app: Callable[..., Flask]) -> None:
    answer = make_app().test_client().post("/colours", data={"scheme": "dark"})
    assert answer.status_code == 400
    assert "Sidan hade varit öppen för länge" in answer.text


def test_an_error_page_can_have_words_and_a_way_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        page, _code = render_error(410, "Länken är använd", "Be om en ny.", ("Be om en ny länk", "/reset"))
        assert "Länken är använd" in page
        assert 'href="/reset"' in page


def test_a_method_that_does_not_fit_still_names_those_that_do(client: FlaskClient) -> None:
    answer = client.get("/language")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "text/html" in answer.headers["Content-Type"]


def test_the_menu_marks_where_one_is(app: Flask, client: FlaskClient) -> None:
    provide(app, nav=lambda: [("Min väg", "/path", True), ("Timmar", "/hours", False)])
    links = [
        link for link in Page(client.get("/styleguide").text).all("a") if link["href"] in ("/path", "/hours")
    ]
    assert [link.get("aria-current") for link in links] == ["page", None]


def test_several_roles_can_be_switched_and_one_cannot(app: Flask, client: FlaskClient) -> None:
    roles = [("coach", "Coach", True), ("guide", "Lots", False)]
    provide(app, account=lambda: {"name": "Siv Demolin", "roles": roles, "role_url": "/role", "links": []})
    assert 'action="/role"' in client.get("/styleguide").text
    roles.pop()
    assert 'action="/role"' not in client.get("/styleguide").text


def test_the_layout_refuses_a_provider_that_nobody_asks(app: Flask) -> None:
    with pytest.raises(AttributeError, match="navigation"):
        provide(app, navigation=list)


def test_a_demonstration_says_so_on_every_page(make_app: Callable[..., Flask]) -> None:
    assert "påhittade" in make_app(MODE="demo").test_client().get("/nowhere").text


def test_production_has_no_strip(make_app: Callable[..., Flask]) -> None:
    assert "mode-strip" not in make_app(MODE="production").test_client().get("/nowhere").text


def render(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/", headers={"Cookie": "language=sv"}):
        return render_template_string('{% import "ui/macros.html" as ui %}' + source, **values)


def test_what_people_wrote_is_escaped_in_messages(app: Flask) -> None:
    with app.test_request_context("/"):
        flash("<script>x</script>", "good")
        page = render_template_string('{% import "ui/macros.html" as ui with context %}{{ ui.flashes() }}')
    assert "&lt;script&gt;" in page
    assert 'data-color="success"' in page


def test_a_state_outside_the_vocabulary_is_found_out(app: Flask) -> None:
    with pytest.raises(KeyError):
        render(app, "{{ ui.tag('half-done') }}")


def test_every_state_has_a_word_in_swedish(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "language=sv"}):
        swedish = {key: status.status_text(key) for key in status.STATUSES}
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        same = [key for key in status.STATUSES if status.status_text(key) == swedish[key]]
    assert same == []


def test_a_column_head_that_the_cells_make_plain_is_only_read_out(app: Flask) -> None:
    head = render(
        app, '{% call ui.table("Timmar", ["Dag", ("Tid", "num"), ("Åtgärder", "hidden")]) %}{% endcall %}'
    )
    assert '<th scope="col" class="num">Tid</th>' in head
    assert '<th scope="col"><span class="visually-hidden">Åtgärder</span></th>' in head


class Row(PlainForm):
    day = StringField("Dag", validators=[InputRequired()])


class Rows(Form):
    paid = RadioField(
        "Betalt?",
        choices=[SelectChoice("yes", "Ja"), SelectChoice("no", "Nej")],
        validators=[InputRequired()],
    )
    rows = FieldList(FormField(Row), label="Rader", min_entries=2)


def test_a_required_field_says_what_to_do_in_swedish(app: Flask) -> None:
    with app.test_request_context("/", method="POST", headers={"Cookie": "language=sv"}):
        form = Rows()
        form.validate()
        assert form.paid.errors == ["Fyll i det här."]


def test_errors_within_rows_are_linked_one_by_one(app: Flask) -> None:
    with app.test_request_context("/", method="POST", headers={"Cookie": "language=sv"}):
        form = Rows()
        form.validate()
        page = Markup(
            render_template_string(
                '{% import "ui/macros.html" as ui %}{{ ui.simple_form(form, "Spara") }}', form=form
            )
        )
    links = re.findall(r'href="#([^"]+)"', page)
    assert links == ["paid-0", "rows-0-day", "rows-1-day"]
    assert set(links) <= set(Page(page).ids)


def test_a_faulty_field_is_tied_to_its_message(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        form = Rows()
        form.validate()
        page = Page(
            render_template_string(
                '{% import "ui/macros.html" as ui %}{{ ui.field(form.rows[0].day) }}', form=form
            )
        )
    field = page.all("input")[0]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] in page.ids
