"""An OpenID Connect provider, played over HTTP: it keeps to the protocol unless told otherwise."""

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from api.state import OidcProvider

CLIENT, SECRET = "orderflow-web", "what the provider gave us"
CODE = "one-time-code"


class PlayedProvider:
    """Whoever comes is let in as `email`; `claims` and `userinfo` change what is said of them."""

    def __init__(self, server: HTTPServer) -> None:
        self.issuer = server.url_for("").rstrip("/")
        self.key = RSAKey.generate_key(2048, {"kid": "now"})
        self.signing_key = self.key
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.email = "Cs@Example.com"
        self.asked: dict[str, str] = {}
        self.redeemed = 0
        server.expect_request("/.well-known/openid-configuration").respond_with_handler(self._about)
        server.expect_request("/token", "POST").respond_with_handler(self._token)
        server.expect_request("/keys").respond_with_handler(self._keys)
        server.expect_request("/userinfo").respond_with_handler(self._told)

    @property
    def settings(self) -> OidcProvider:
        """What orderflow knows of it."""
        return OidcProvider(self.issuer, CLIENT, SECRET, "Company account")

    def arrives(self, location: str) -> str:
        """Let a browser in that was sent here; returns the query it is sent back with."""
        split = urlsplit(location)
        assert f"{split.scheme}://{split.netloc}{split.path}" == f"{self.issuer}/authorize"
        self.asked = dict(parse_qsl(split.query))
        return f"code={CODE}&state={self.asked['state']}"

    def _about(self, _request: Request) -> Response:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return _json(
            {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
            | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        )

    def _keys(self, _request: Request) -> Response:
        return _json(KeySet([self.key]).as_dict(private=False))

    def _token(self, request: Request) -> Response:
        form = request.form.to_dict()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        login = request.authorization
        is_ours = login is not None and (login.username, login.password) == (CLIENT, SECRET)
        is_same = form["redirect_uri"] == self.asked["redirect_uri"]
        if not (is_ours and is_same and form["code"] == CODE) or self.redeemed:
            return _json({"error": "invalid_grant"}, 400)
        if proof != self.asked["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        self.redeemed += 1
        return _json({"access_token": "a", "token_type": "Bearer", "id_token": self._id_token()})

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "email": self.email,
            "email_verified": True,
        }
        said = {k: v for k, v in (claims | self.claims).items() if v is not None}
        return jwt.encode({"alg": "RS256", "kid": "now"}, said, self.signing_key)

    def _told(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer a"
        return _json(self.userinfo)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")
