"""An identity provider, asked by OpenID Connect: authorization code with PKCE.

Its description and its keys are fetched for every one who signs in, so that a provider that changes
them needs no restart here. The e-mail counts only when the provider says that it is verified.
"""

import time
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.oidc_journey import Journey
from api.state import OidcProvider

_SECONDS_TO_ANSWER = 10.0
# How far the provider's clock and ours may be apart.
_LEEWAY_SECONDS = 60
# Signatures with a public key; a provider's secret is known to us, so an HMAC would prove nothing.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]


class OidcError(Exception):
    """Signing in by the provider failed; `code` says why on the log-in page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Oidc:
    """One provider for the length of one request."""

    def __init__(self, provider: OidcProvider, redirect_uri: str) -> None:
        self._provider = provider
        self._redirect_uri = redirect_uri

    async def address(self, journey: Journey) -> str:
        """Return where the browser has to go; raises OidcError when the provider is away."""
        async with _client() as client:
            found = await self._description(client)
        query = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": journey.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(found["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def verified_email(self, journey: Journey, code: str) -> str:
        """Redeem the provider's answer; returns whose e-mail it vouches for.

        Raises OidcError.
        """
        async with _client() as client:
            found = await self._description(client)
            tokens = await self._redeemed(client, found, journey, code)
            keys = await _json(client.get(str(found["jwks_uri"])))
            claims = self._verified(str(tokens.get("id_token", "")), keys, journey.nonce)
            if "email" not in claims and "userinfo_endpoint" in found:
                claims |= await _told(client, found, tokens, claims["sub"])
        if claims.get("email_verified") is not True or not claims.get("email"):
            raise OidcError("oidc_unverified")
        return str(claims["email"])

    async def _description(self, client: httpx.AsyncClient) -> dict[str, Any]:
        issuer = self._provider.issuer
        found = await _json(client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        needed = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
        if found.get("issuer") != issuer or not needed <= found.keys():
            raise OidcError("oidc_failed")
        return found

    async def _redeemed(
        self, client: httpx.AsyncClient, found: dict[str, Any], journey: Journey, code: str
    ) -> dict[str, Any]:
        us = (self._provider.client_id, self._provider.client_secret)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": journey.verifier,
        }
        url = str(found["token_endpoint"])
        # What a provider that does not say understands (OpenID Connect Discovery, section 3).
        ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            return await _json(client.post(url, data=form, auth=us))
        form |= {"client_id": us[0], "client_secret": us[1]}
        return await _json(client.post(url, data=form))

    def _verified(self, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        us = self._provider.client_id
        expected = jwt.JWTClaimsRegistry(
            now=lambda: int(time.time()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": us},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            key_set = KeySet.import_key_set({"keys": keys["keys"]})
            claims = jwt.decode(token, key_set, algorithms=_ALGORITHMS).claims
            expected.validate(claims)
        except (JoseError, KeyError, TypeError, ValueError):
            raise OidcError("oidc_failed") from None
        if claims.get("azp", us) != us:
            raise OidcError("oidc_failed")
        return dict(claims)


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_SECONDS_TO_ANSWER)


async def _told(
    client: httpx.AsyncClient, found: dict[str, Any], tokens: dict[str, Any], subject: str
) -> dict[str, Any]:
    """Return what the provider says beside the token about the same subject."""
    headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
    told = await _json(client.get(str(found["userinfo_endpoint"]), headers=headers))
    if told.get("sub") != subject:
        raise OidcError("oidc_failed")
    return {name: told[name] for name in ("email", "email_verified") if name in told}


async def _json(asked: Any) -> dict[str, Any]:
    """Return the object that the provider answers; raises OidcError for anything else."""
    try:
        answer: httpx.Response = await asked
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise OidcError("oidc_failed") from None
    if not isinstance(told, dict):
        raise OidcError("oidc_failed")
    return told
