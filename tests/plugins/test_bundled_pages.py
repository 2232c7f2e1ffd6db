"""Every page of every bundled course can be read by everybody."""

import re
from typing import Any

import pytest
from coursekit import Course
from coursekit.pages import faults

from plugins.catalogue import courses


def pages():
    for course in courses().listing():
        handle = courses().course(course.id, gate=lambda _course: None)
        several: list[Any] = [*handle.lessons, *handle.package.assignments]
        if handle.package.facilitation:
            several.append(handle.package.facilitation)
        for language in course.languages:
            for one in several:
                yield pytest.param(course, handle, one.page(language), id=f"{course.id}:{one.page(language)}")


@pytest.mark.parametrize(("course", "handle", "name"), list(pages()))
def test_a_bundled_page_is_whole(course: Course, handle, name: str):
    page = handle.page(name, files="/f/")
    assert faults(page) == []
    assert page.html.count("<img") == handle.package.read(name).count("![")
    assert 'src=""' not in page.html
    assert ":::" not in page.html
    assert not re.search(r"\[\^\w+\]", page.html)
    targets = set(re.findall(r'href="#([^"]+)"', page.html))
    assert targets <= set(re.findall(r'id="([^"]+)"', page.html))
    assert "<h1" not in page.html
    assert not re.search(r"<th[^>]*></th>", page.html), "a column without a name"
