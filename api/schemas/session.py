"""Signing in, and what a signed-in person may do."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.passwords import LONGEST, SHORTEST
from api.schemas.views import View
from domain.order import Instant, Short

Typed = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
NewPassword = Annotated[SecretStr, Field(min_length=SHORTEST, max_length=LONGEST)]


class LoginBody(BaseModel):
    """Who signs in, by id or e-mail, and with which password."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person": "mei", "password": "correct horse battery"}]}
    )

    person: Short
    password: Typed


class DemoLoginBody(BaseModel):
    """As whom to enter the demo."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person": "mei"}]})

    person: Short


class PasswordBody(BaseModel):
    """The password so far and the new one, of 12 characters or more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current": "correct horse battery", "new": "staple for a lifetime"}]
        }
    )

    current: Typed
    new: NewPassword


class RoleView(View):
    """A role, in one group or (empty) in all of them."""

    role: str
    group: str


class PermissionView(View):
    """A permission: everywhere, or for these groups; "" among them is orders without a group."""

    code: str
    everywhere: bool
    groups: list[str]


_ROLE: dict[str, Any] = {"role": "customer_service", "group": ""}


class SessionView(View):
    """Who is signed in and may do what. `csrf_token` goes into X-CSRF-Token of every request that
    changes something; it is empty, and `expires_at` null, for a caller with an API key."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "mei",
                    "name": "Mei Lin 林梅",
                    "locale": "zh",
                    "roles": [_ROLE],
                    "permissions": [{"code": "orders.read", "everywhere": True, "groups": []}],
                    "csrf_token": "pYt5C0p8k1mVb7d2sRzQ3uXwHn9eJfLa4TgKiOyBvEM",
                    "expires_at": "2026-11-03T20:15:00Z",
                    "temporal_ui_url": "http://127.0.0.1:8233",
                    "demo": False,
                    "version": "0.1.0",
                }
            ]
        }
    )

    person_id: str
    name: str
    locale: str
    roles: list[RoleView]
    permissions: list[PermissionView]
    csrf_token: str
    expires_at: Instant | None
    temporal_ui_url: str
    demo: bool
    version: str


class OidcView(View):
    """The identity provider by which one may sign in, by the name people know."""

    name: str


class DemoPersonView(View):
    """Somebody as whom one may enter the demo."""

    person_id: str
    name: str
    locale: str
    roles: list[RoleView]


class SessionOptions(View):
    """The ways to sign in beside the password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "oidc": {"name": "Company account"},
                    "demo_people": [
                        {
                            "person_id": "mei",
                            "name": "Mei Lin 林梅",
                            "locale": "zh",
                            "roles": [_ROLE],
                        }
                    ],
                }
            ]
        }
    )

    oidc: OidcView | None
    demo_people: list[DemoPersonView]
