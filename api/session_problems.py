"""What may be wrong with signing in, or with what a signed-in browser sends."""

from datetime import datetime
from math import ceil

from api.problems import ApiProblem, Kind

WRONG_LOGIN = Kind(
    401,
    "wrong_login",
    ("Not signed in", "登录失败"),
    (
        "No active person has this name or e-mail with this password; check both.",
        "没有与该账号或邮箱及密码相符的在职人员，请检查后重试。",
    ),
)
LOCKED = Kind(
    429,
    "login_locked",
    ("Too many attempts", "尝试次数过多"),
    (
        "Too many passwords were wrong; try again after {value}, or sign in another way.",
        "密码错误次数过多；请在 {value} 之后重试，或使用其他登录方式。",
    ),
    {"Retry-After": "900"},
)
CSRF = Kind(
    403,
    "csrf",
    ("Not sent by our page", "请求来源无效"),
    (
        "A browser's request needs X-CSRF-Token as GET /api/v1/session gives it, and an Origin of "
        "this host; load the page again.",
        "浏览器请求须带有 GET /api/v1/session 返回的 X-CSRF-Token，且 Origin 为本站；请刷新页面。",
    ),
)
NO_DEMO = Kind(
    404,
    "no_demo",
    ("Not a demo", "非演示模式"),
    (
        "Only a demo lets its people in without a password, and only from the machine it runs on.",
        "仅演示模式可免密登录，且只能从本机访问。",
    ),
)
NO_OIDC = Kind(
    404,
    "no_oidc",
    ("No other way to sign in", "未配置单点登录"),
    (
        "No identity provider is configured here (ORDERFLOW_OIDC_ISSUER); sign in by password.",
        "未配置身份提供方（ORDERFLOW_OIDC_ISSUER），请使用密码登录。",
    ),
)
WRONG_PASSWORD = Kind(
    403,
    "wrong_password",
    ("Password not right", "当前密码错误"),
    (
        "The current password is not right. Without one, have an operator set it: orderflow users "
        "password {value}.",
        "当前密码不正确。若尚未设置密码，请由运维人员执行 orderflow users password {value}。",
    ),
)


def locked_until(until: datetime, now: datetime) -> ApiProblem:
    """Return the refusal of an attempt before this instant (UTC)."""
    problem = LOCKED(value=f"{until:%H:%M:%S} UTC")
    problem.headers = {"Retry-After": str(max(1, ceil((until - now).total_seconds())))}
    return problem
