"""The runner of shadows: one ends when it is through, not when its time is up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest

from database import shadows
from database.shadows import Shadow
from intake import shadows as runner
from intake.shadows import Shadows

ENDED = datetime(2026, 1, 2, tzinfo=UTC)
LATE_ONE = Shadow("sh_1", "draft", "ann", ENDED - timedelta(days=1), ENDED, None, "", ENDED)


def test_a_shadow_whose_time_passed_without_a_worker_looks_at_the_rest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, steps = [["a", "b"], []], []

    def looked_at(c: object, shadow: Shadow, found: Sequence[Any]) -> list[Any]:
        steps.append("looked")
        return []

    engine = MagicMock()
    c = engine.begin.return_value.__enter__.return_value
    c.execute.side_effect = lambda *_: steps.append("ended")
    monkeypatch.setattr(shadows, "running_at", lambda c: [LATE_ONE])
    monkeypatch.setattr(shadows, "unseen", lambda *_: left.pop(0))
    monkeypatch.setattr(shadows, "keep", lambda *_: None)
    monkeypatch.setattr(runner, "_looked_at", looked_at)
    assert Shadows(engine).run_once()
    assert not Shadows(engine).run_once()
    assert steps == ["looked", "ended"]
