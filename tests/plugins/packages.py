"""Write course packages into a folder: a good small one, and whatever is to be broken about it."""

from pathlib import Path
from textwrap import dedent

from plugins.catalogue import Catalogue
from plugins.find import in_folder
from plugins.load import Memory

LESSONS = """
@hookimpl
def lessons():
    return [
        Lesson(id="one", title=both("Ett", "One"), minutes=30),
        Lesson(id="two", title=both("Två", "Two"), minutes=45),
    ]
"""

COURSE = """
from coursekit import *

def both(sv, en):
    return {{"sv": sv, "en": en}}

@hookimpl
def course():
    return Course(id="{id}", version="1.0.0", contract=1, title=both("Cyklar", "Bikes"), summary=both("Kort", "Short"),
                  for_whom=both("Alla", "All"), languages=("sv", "en"), hours=2,
                  serves=("training", "self-check"), files=("figure.svg",))
"""

PAGE = "Text om **{name}**.\n\n![En bild](figure.svg)\n"

_serial = iter(range(1_000_000))


def write_package(
    folder: Path, id: str = "bikes", *, course: str = COURSE, lessons: str = LESSONS, more: str = ""
) -> Path:
    """A distribution in ``folder`` whose module has a name of its own; the folder of its module."""
    module = f"made_up_course_{next(_serial)}_{folder.name.replace('-', '_')}"
    project = folder / module
    inside = project / "src" / module
    inside.mkdir(parents=True)
    (project / "pyproject.toml").write_text(
        f'[project]\nname = "{module}"\nversion = "1.0.0"\n\n'
        f'[project.entry-points."accelerera.courses"]\n{id} = "{module}"\n'
    )
    (inside / "__init__.py").write_text(course.format(id=id) + lessons + dedent(more))
    (inside / "figure.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    (inside / "secret.txt").write_text("not for handing out")
    for language in ("sv", "en"):
        (inside / "pages" / language).mkdir(parents=True)
        for name in ("one", "two"):
            (inside / "pages" / language / f"{name}.md").write_text(PAGE.format(name=name))
    return inside


def catalogue_of(folder: Path, *, time_limit: float = 20) -> Catalogue:
    """The catalogue of the packages in ``folder``."""
    return Catalogue(lambda: in_folder(folder), memory=Memory(), time_limit=time_limit)
