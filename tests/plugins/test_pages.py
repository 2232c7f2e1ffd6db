"""A course's page is safe to show, whatever its author wrote."""

import pytest
from coursekit.pages import faults, render

DANGERS = (
    "<script", "onerror=", "onload=", 'href="javascript', 'href="data:', "<iframe", "<form", "<button", "<style",
    "style=", "<svg", "<object", "<embed", "<meta", "<base", 'src="http', 'src="//', 'secret.txt"', "autoplay",
)  # fmt: skip


def html(text: str, **more: bool) -> str:
    return str(render(text, files="/f/", listed=("a.svg", "b.mp4"), **more).html)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press](javascript:alert(1))",
        '<a href="JaVaScRiPt:alert(1)">press</a>',
        '<a href="data:text/html,<script>alert(1)</script>">press</a>',
        "<iframe src='https://evil.example'></iframe>",
        "<form action='/account/delete' method=post><button>go</button></form>",
        "<style>body{display:none}</style>",
        "<p style='position:fixed;inset:0'>over everything</p>",
        "<svg onload=alert(1)></svg>",
        "<object data='x'></object><embed src='x'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base href='https://evil.example/'>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "![x](https://evil.example/spy.png)",
        "![x](//evil.example/spy.png)",
        "![x](../../../secret.txt)",
        "<video src='https://evil.example/x.mp4' autoplay></video>",
    ],
)
@pytest.mark.parametrize("as_html", [False, True])
def test_nothing_dangerous_gets_through(text: str, as_html: bool):
    shown = html(text, html=as_html).lower()
    assert [danger for danger in DANGERS if danger in shown] == []


def test_a_page_cannot_pose_as_a_part_of_ours():
    assert 'id="main"' not in html('<div id="main" class="site-head ds-button callout">x</div>')
    assert 'class="callout"' in html('<div class="site-head ds-button callout">x</div>')


def test_tables_footnotes_callouts_and_pictures_are_drawn():
    shown = html(
        "## Två ord\n\n| a |\n|---|\n| 1 |\n\n::: tip Prova\nSå.[^1]\n:::\n\n![En bild](a.svg)\n\n[^1]: Källa.\n"
    )
    assert '<h2 id="s-två-ord">Två ord</h2>' in shown
    assert '<th scope="col">a</th>' in shown
    assert '<div class="callout callout-tip">' in shown
    assert '<p class="callout-title">Prova</p>' in shown
    assert '<img src="/f/a.svg" alt="En bild">' in shown
    assert 'href="#fn1"' in shown
    assert 'id="fn1"' in shown


def test_headings_of_the_same_words_lead_to_their_own_places():
    page = render("## Öva\n\n## Öva\n", files="/f/", listed=())
    assert page.sections == (("s-öva", "Öva"), ("s-öva-2", "Öva"))


def test_a_callouts_title_is_only_words():
    assert "<b>" not in html("::: tip <b>x</b>\ny\n:::\n")


def test_a_picture_without_words_and_a_film_without_captions_are_faults():
    page = render(
        '![](a.svg)\n\n<video src="b.mp4" controls></video>\n', files="/f/", listed=("a.svg", "b.mp4")
    )
    assert faults(page) == ["a picture has no words for those who cannot see it", "a film has no captions"]
