"""Whether a server of ours answers yet."""

import httpx

_TIMEOUT_SECONDS = 2.0


async def http_ok(url: str) -> bool:
    """Whether a GET is answered with 2xx within two seconds."""
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False
