"""The page a link in a message opens: it shows what would be done, and does it when a person asks.

It needs nothing from elsewhere and may reach nothing but this API: scanners of mail that open it
change nothing, and what stands in it runs no script.
"""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from api.schemas.links import LinkView
from domain.actions import Verdict
from domain.stages import LABELS, Stage

_VERDICTS = {
    Verdict.APPROVE: ("Approve", "通过"),
    Verdict.REJECT: ("Reject", "拒绝"),
    Verdict.RETURN: ("Return to the submitter", "退回提交人"),
}
_OBSTACLES = {
    "used": ("This link was used already.", "此链接已使用。"),
    "expired": ("This link has expired; open the order.", "此链接已过期,请打开订单处理。"),
    "changed": (
        "The order changed since; open it and decide anew.",
        "订单内容已变更,请打开订单重新处理。",
    ),
    "not_waiting": (
        "The order waits for your signature no longer.",
        "订单已不再等待您签核。",
    ),
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}"
    "label{display:block;margin:1rem 0}input,textarea{width:100%;font:inherit}"
    "button{font:inherit;padding:.5rem 1.5rem}dt{color:#555}dd{margin:0 0 .5rem}"
)
_SCRIPT = """
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = document.querySelector("output");
  const key = document.querySelector("#key").value;
  const note = document.querySelector("#note");
  const headers = {"Content-Type": "application/json", "Accept": "application/json"};
  try {
    if (key) {
      headers["Authorization"] = "Bearer " + key;
    } else {
      const session = await fetch("/api/v1/session");
      if (session.ok) headers["X-CSRF-Token"] = (await session.json()).csrf_token;
    }
    const answer = await fetch(location.pathname, {
      method: "POST", headers, body: JSON.stringify({note: note ? note.value : ""}),
    });
    const told = await answer.json();
    said.textContent = answer.ok ? "Done. 已完成。" : told.detail + " " + told.detail_zh;
    if (answer.ok) document.querySelector("button").disabled = true;
  } catch (error) {
    said.textContent = "No answer; try again. 无响应,请重试。";
  }
});
"""


def _hash(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_hash(_STYLE)}'; "
        f"script-src 'sha256-{_hash(_SCRIPT)}'; connect-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
_KEY = (
    '<label for="key">API key, unless you are signed in here 接口密钥,已登录则留空'
    '<input id="key" type="password" autocomplete="off"></label>'
)
_NOTE = '<label for="note">Reason 原因<textarea id="note" rows="3" required></textarea></label>'


def page(link: LinkView) -> HTMLResponse:
    """Return what a link would do as a page in English and Chinese."""
    english, chinese = _VERDICTS[link.verdict]
    title = f"{english} {chinese} · {escape(link.number)}"
    body = _form(link) if link.possible else _obstacle(link)
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"{_facts(link)}{body}</body></html>"
    )
    return HTMLResponse(document, headers=_HEADERS)


def _facts(link: LinkView) -> str:
    stage = " ".join(LABELS[Stage(link.stage)]) if link.stage else "-"
    rows = (
        ("Order 订单", link.number),
        ("Stage 阶段", stage),
        ("Amount 金额", f"{link.total} {link.currency}"),
        ("Good until 有效期至", f"{link.expires_at:%Y-%m-%d %H:%M} UTC"),
    )
    return "<dl>" + "".join(f"<dt>{n}</dt><dd>{escape(v)}</dd>" for n, v in rows) + "</dl>"


def _form(link: LinkView) -> str:
    english, chinese = _VERDICTS[link.verdict]
    note = _NOTE if link.needs_note else ""
    return (
        f"<form>{note}{_KEY}<button>{english} {chinese}</button></form>"
        f'<p><output aria-live="polite"></output></p><script>{_SCRIPT}</script>'
    )


def _obstacle(link: LinkView) -> str:
    return "<p>" + "<br>".join(_OBSTACLES[link.obstacle]) + "</p>"
