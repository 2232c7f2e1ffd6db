"""Two courses for a browser: one that asks every kind of question, one whose author means ill."""

from pathlib import Path

from tests.plugins.wheels import content, write_wheel

QUIZ = """

@hookimpl
def quizzes():
    yes, no, perhaps = (Option(id=id, text=both(sv, en), right=id == "yes")
                        for id, sv, en in (("yes", "Ja", "Yes"), ("no", "Nej", "No"), ("perhaps", "Kanske", "Perhaps")))
    words = dict(lesson="one")
    return [Quiz(id="check", title=both("Kollen", "The check"), pass_mark=60, questions=(
        SingleChoice(id="s", text=both("En?", "One?"), choices=(yes, no), **words),
        MultipleChoice(id="m", text=both("Flera?", "Several?"), choices=(yes, no, perhaps), **words),
        Ordering(id="o", text=both("Ordning?", "Order?"), steps=(
            Option(id="a", text=both("Först", "First")), Option(id="b", text=both("Sedan", "Then")),
            Option(id="c", text=both("Sist", "Last"))), **words),
        Matching(id="p", text=both("Par?", "Pairs?"), pairs=(
            Pair(id="x", left=both("Vänster", "Left"), right=both("Höger", "Right")),
            Pair(id="y", left=both("Upp", "Up"), right=both("Ned", "Down"))), **words),
        ShortAnswer(id="w", text=both("Ordet?", "The word?"), accepts={"sv": ("cykel",), "en": ("bike",)}, **words),
        Reflection(id="r", text=both("Tankar?", "Thoughts?"), why=both("Så här.", "Like this."), **words),
    ))]
"""

EVIL = "https://evil.example"
HOSTILE = f"""
<script>window.hurt = "script"</script>
<img src="x" onerror="window.hurt = 'picture'">
<svg onload="window.hurt = 'drawing'"><script>window.hurt = 'drawing'</script></svg>
<iframe src="{EVIL}/frame"></iframe>
<object data="{EVIL}/object"></object>
<style>body {{ background: url({EVIL}/style) }} main {{ display: none }}</style>
<p style="position:fixed;inset:0;background:url({EVIL}/inline)">över allt</p>
<form action="/sign-out" method="post"><button>Vinn en cykel</button></form>
<base href="{EVIL}/"><meta http-equiv="refresh" content="0;url={EVIL}">
<link rel="stylesheet" href="{EVIL}/sheet"><video src="{EVIL}/film" autoplay></video>

[tryck här](javascript:window.hurt='link') <a href="jAvAsCrIpT:window.hurt='odd link'">och här</a>
<a href="data:text/html,<script>opener.hurt='data'</script>">eller här</a>

![bild]({EVIL}/picture.png) ![en figur](figure.svg)

Sist på sidan.
"""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="document.title = 'ran'">
<script>document.title = 'ran'; fetch('/my-data/all.json').then((a) => a.text()).then((t) => alert(t))</script>
<image href="https://evil.example/from-drawing"/></svg>"""


def questions(folder: Path) -> Path:
    """The wheel of a course with a quiz."""
    return write_wheel(folder / "bikes-1.0.0-py3-none-any.whl", content(more=QUIZ))


def hostile(folder: Path) -> Path:
    """The wheel of a course that tries what a page must never do."""
    files = content("trap", module="trap")
    for language in ("sv", "en"):
        files[f"trap/pages/{language}/one.md"] = HOSTILE.encode()
    files["trap/figure.svg"] = DRAWING.encode()
    return write_wheel(folder / "trap-1.0.0-py3-none-any.whl", files)
