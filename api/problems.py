"""Errors as RFC 9457 problem documents, worded in English and Chinese."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from domain.findings import Finding

MEDIA_TYPE = "application/problem+json"

EXAMPLE: dict[str, Any] = {
    "type": "urn:orderflow:problem:wrong_stage",
    "title": "Not possible in this stage",
    "status": 409,
    "detail": "This is not possible while the order is in stage shipped.",
    "title_zh": "当前阶段不允许",
    "detail_zh": "订单处于 shipped 阶段时不能执行此操作。",
    "code": "wrong_stage",
}


class Problem(BaseModel):
    """What went wrong. `title` and `detail` follow Accept-Language (en, zh), `code` is stable;
    `findings` says field by field what a body has wrong. Some kinds say more in members of their
    own, which the route describes."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    type: str
    title: str
    status: int
    detail: str
    title_zh: str
    detail_zh: str
    code: str
    findings: list[Finding] = Field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its HTTP status and its words, with `{name}` for what varies."""

    status: int
    code: str
    title: tuple[str, str]
    detail: tuple[str, str]
    headers: Mapping[str, str] | None = None

    def __call__(self, findings: Sequence[Finding] = (), **values: object) -> "ApiProblem":
        """Return the problem to raise, with its words filled in."""
        english, chinese = (words.format(**values) for words in self.detail)
        return ApiProblem(self, english, chinese, findings)


class ApiProblem(HTTPException):
    """A problem on its way to the caller."""

    def __init__(
        self,
        kind: Kind,
        detail_en: str,
        detail_zh: str,
        findings: Sequence[Finding] = (),
        members: Mapping[str, Any] | None = None,
    ) -> None:
        headers = dict(kind.headers) if kind.headers else None
        super().__init__(kind.status, detail_en, headers)
        self.kind = kind
        self.detail_zh = detail_zh
        self.findings = tuple(findings)
        self.members = dict(members or {})

    def document(self, in_chinese: bool = False) -> dict[str, Any]:
        """Return the problem as JSON values."""
        shown = self.kind.title[in_chinese], self.detail_zh if in_chinese else self.detail
        document: dict[str, Any] = {
            "type": f"urn:orderflow:problem:{self.kind.code}",
            "title": shown[0],
            "status": self.kind.status,
            "detail": shown[1],
            "title_zh": self.kind.title[1],
            "detail_zh": self.detail_zh,
            "code": self.kind.code,
        }
        if self.findings:
            document["findings"] = [each.model_dump(mode="json") for each in self.findings]
        return document | self.members


def problem_response(problem: ApiProblem, request: Request) -> Response:
    """Answer with a problem, in the language the caller prefers."""
    document = problem.document(prefers_chinese(request.headers.get("accept-language", "")))
    # What was sent may be quoted, half surrogate pairs included, which UTF-8 can't carry.
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, problem.status_code, problem.headers, MEDIA_TYPE)


def prefers_chinese(accepted: str) -> bool:
    """Tell whether an Accept-Language header puts Chinese before English."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in accepted.lower().split(","):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.strip().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _weight(quality))
    return weights["zh"] > weights["en"]


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def of_status(status: int) -> Kind:
    """Return a problem for what the web framework itself refuses (no such path, method)."""
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    detail = (
        f"The request was refused with {status} {phrase}; the API is described under /docs.",
        f"请求被拒绝({status})；API 说明见 /docs。",
    )
    return Kind(status, code, (phrase, f"请求被拒绝({status})"), detail)
