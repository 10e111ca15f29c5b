"""In which coding a client wants an answer, by its Accept-Encoding (RFC 9110, 12.5.3)."""

from collections.abc import Sequence

_PLAIN = "identity"


def wanted_codings(accepted: str, offered: Sequence[str]) -> list[str]:
    """Return those of the offered codings that are accepted, the most wanted first.

    Of those that are wanted alike, one offered earlier comes first. One that is wanted less than
    the plain answer is left out, and so is everything when nothing was said.
    """
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    plain = weights.get(_PLAIN, 0.0)
    wanted = {coding: weights.get(coding, others) for coding in offered}
    accepted_ones = [coding for coding, weight in wanted.items() if weight and weight >= plain]
    return sorted(accepted_ones, key=lambda coding: -wanted[coding])


def _weights(accepted: str) -> dict[str, float]:
    """Return how much each named coding is wanted, from 0 (not at all) to 1."""
    weights = {}
    for choice in accepted.lower().split(","):
        coding, _, parameter = (part.strip() for part in choice.partition(";"))
        if coding:
            weights[coding] = _weight(parameter)
    return weights


def _weight(parameter: str) -> float:
    name, _, value = (part.strip() for part in parameter.partition("="))
    if name != "q":
        return 1.0
    # Whoever says it wrongly gets what everybody can read.
    return min(float(value), 1.0) if value.replace(".", "", 1).isdecimal() else 0.0
