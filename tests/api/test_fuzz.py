"""Whatever is asked, the interface answers as its own description says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("certificate")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_question_gets_an_undescribed_answer(app, mode):
    api = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    asked = set()
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @BOUNDED
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            asked.add(case.path)
            case.call_and_validate(checks=CHECKS)

        # any text is a code, so that only queries can be wrong
        if mode is GenerationMode.POSITIVE or operation.query:
            ask()
    expected = {"/api/register"}
    if mode is GenerationMode.POSITIVE:
        expected |= {"/api/verify/{code}", "/api/schemes/{code}", "/api/schemes", "/api/"}
    assert asked == expected
