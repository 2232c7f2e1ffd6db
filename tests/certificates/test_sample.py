from __future__ import annotations

import pytest

from certificates.facts import Languages
from certificates.keys import Signer
from certificates.sample import WORST_NAMES, sample_facts
from certificates.sign import issue, prepare
from tests.certificates.conftest import AT


@pytest.mark.parametrize("name", WORST_NAMES)
@pytest.mark.parametrize("languages", ["sv", "en", "both"])
def test_every_sample_can_be_issued(signer: Signer, name: str, languages: Languages) -> None:
    assert issue(
        prepare(sample_facts(name=name, languages=languages, on=AT.date()), signer=signer, at=AT)
    ).pdf
