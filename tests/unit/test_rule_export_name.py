"""The file name of an exported rule set, whatever its version is called."""

from types import SimpleNamespace
from typing import Any

import pytest

from api.routes import rule_files
from domain.rules.defaults import default_rule_set


def test_a_version_named_in_chinese_is_exported_too(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, nothing = SimpleNamespace(rule_set=default_rule_set()), Any
    monkeypatch.setattr(rule_files, "known", lambda _c, _version: kept)
    answer = rule_files.export(nothing, nothing, "秋季-1", "zh")  # type: ignore[arg-type]
    assert answer.headers["content-disposition"] == 'attachment; filename="__-1.xlsx"'
