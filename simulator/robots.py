"""The group robots of WeCom, DingTalk and Feishu as their documents describe them.

They check keys and signatures, count a minute's messages, and answer HTTP 200 with an error code.
"""

import base64
import hashlib
import hmac
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

KEY = "robot-key"
SECRET = "SECrobot"  # noqa: S105 - what a played robot is signed with
_HOUR = 3600
_MINUTE = 60.0
_MOST_KEPT = 500

Vendor = Literal["wecom", "dingtalk", "feishu"]


class NextAnswer(BaseModel):
    """What the next messages to a robot are answered with, how many times."""

    model_config = ConfigDict(extra="forbid")

    vendor: Vendor
    code: int
    words: str = "made to fail"
    times: int = 1


@dataclass
class Robots:
    """What the robots took, and what they are to answer next."""

    per_minute: int = 20
    taken: dict[str, deque[dict[str, Any]]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    times: dict[str, deque[float]] = field(default_factory=dict)

    def fail(self, answer: NextAnswer) -> None:
        """Answer the next messages to a robot with an error code."""
        queue = self.answers.setdefault(answer.vendor, [])
        queue += [(answer.code, answer.words)] * answer.times

    def take(
        self, vendor: Vendor, body: dict[str, Any], too_fast: tuple[int, str]
    ) -> tuple[int, str]:
        """Take a message that was signed rightly; returns the error code and its words."""
        if self.answers.get(vendor):
            return self.answers[vendor].pop(0)
        now = time.monotonic()
        times = self.times.setdefault(vendor, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self.per_minute:
            return too_fast
        times.append(now)
        self.taken.setdefault(vendor, deque(maxlen=_MOST_KEPT)).append(body)
        return 0, "ok"


def robots_router(robots: Robots) -> APIRouter:
    """Return the three robots, and under /robots what they took and how to make them fail."""
    router = APIRouter()
    _add_robots(router, robots)

    @router.get("/robots/{vendor}")
    def seen(vendor: Vendor) -> dict[str, Any]:
        taken = list(robots.taken.get(vendor, ()))
        return {"calls": robots.calls.get(vendor, 0), "taken": taken}

    @router.post("/robots/answers", status_code=204)
    def fail(answer: NextAnswer) -> None:
        robots.fail(answer)

    return router


def _add_robots(router: APIRouter, robots: Robots) -> None:
    @router.post("/cgi-bin/webhook/send")
    async def wecom(request: Request, key: str = "") -> JSONResponse:
        body = await _called(robots, "wecom", request)
        said = (93000, "invalid webhook url")
        if key == KEY:
            said = robots.take("wecom", body, (45009, "api freq out of limit"))
        return JSONResponse({"errcode": said[0], "errmsg": said[1]})

    @router.post("/robot/send")
    async def dingtalk(
        request: Request, access_token: str = "", timestamp: str = "", sign: str = ""
    ) -> JSONResponse:
        body = await _called(robots, "dingtalk", request)
        said = (300001, "token is not exist")
        if access_token == KEY:
            expected = _digest(SECRET.encode(), f"{timestamp}\n{SECRET}".encode())
            good = _is_fresh(timestamp, 1000) and hmac.compare_digest(sign, expected)
            said = (310000, "sign not match")
            if good:
                limit = (130101, "send too fast, exceed 20 times per minute")
                said = robots.take("dingtalk", body, limit)
        return JSONResponse({"errcode": said[0], "errmsg": said[1]})

    @router.post("/open-apis/bot/v2/hook/{token}")
    async def feishu(request: Request, token: str) -> JSONResponse:
        body = await _called(robots, "feishu", request)
        said = (19001, "param invalid: incoming webhook access token invalid")
        if token == KEY:
            timestamp = str(body.get("timestamp", ""))
            expected = _digest(f"{timestamp}\n{SECRET}".encode(), b"")
            good = _is_fresh(timestamp, 1) and body.get("sign") == expected
            said = (19021, "sign match fail or timestamp is not within one hour")
            if good:
                said = robots.take("feishu", body, (11232, "frequency limited"))
        return JSONResponse({"code": said[0], "msg": said[1], "data": {}})


async def _called(robots: Robots, vendor: Vendor, request: Request) -> dict[str, Any]:
    robots.calls[vendor] = robots.calls.get(vendor, 0) + 1
    body = await request.json()
    return body if isinstance(body, dict) else {}


def _digest(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()


def _is_fresh(timestamp: str, per_second: int) -> bool:
    if not timestamp.isdecimal():
        return False
    return abs(int(timestamp) / per_second - time.time()) <= _HOUR
