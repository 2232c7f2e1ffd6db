"""Every template can be read by the template engine."""

from pathlib import Path

import pytest
from jinja2 import Environment

from tests.house.source import ROOT, files

TEMPLATES = [
    path for path in files() if "templates" in path.parts and path.parts[0] in {"app", "courses", "plugins"}
]


@pytest.fixture(scope="module")
def engine() -> Environment:
    extensions = ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    return Environment(autoescape=True, extensions=extensions)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_the_template_compiles(engine: Environment, template: Path):
    engine.parse((ROOT / template).read_text(encoding="utf-8"), filename=str(template))


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_the_template_has_no_inline_script_or_style(template: Path):
    """The content security policy would refuse it."""
    text = (ROOT / template).read_text(encoding="utf-8")
    mail = "mail" in template.parts or template.suffix == ".txt"
    assert mail or " style=" not in text
    assert "<style" not in text or mail
    assert " onclick=" not in text
    assert " onsubmit=" not in text
