"""Every kind of flaw has a name in both languages, for the report of an import."""

import pytest

from domain.finding_names import FINDING_NAMES, finding_name
from domain.findings import FindingCode


@pytest.mark.parametrize("code", list(FindingCode))
def test_every_kind_of_flaw_has_a_name_in_both_languages(code: FindingCode) -> None:
    english, chinese = finding_name(code)
    assert english.isascii()
    assert not chinese.isascii()


def test_no_two_kinds_have_the_same_name() -> None:
    for language in zip(*FINDING_NAMES.values(), strict=True):
        assert len(set(language)) == len(FINDING_NAMES)
