"""By which media this installation tells people, and what its messages link to."""

import os
import secrets

from pydantic import SecretStr

from notifications import dingtalk, feishu, wecom
from notifications.composing import Composer
from notifications.links import LinkMaker
from notifications.robots import Dialect, Robot
from notifications.senders import DEFAULT, AppriseSender, LogSender, Media, Sender
from orderflow.settings import Settings

LINK_FILE = "link.secret"
_SECRET_BYTES = 32


def media_of(settings: Settings) -> Media:
    """Return the media that the settings name.

    Apprise reaches everybody; without it robots do, and without any robot there is the log.
    """
    robots = _robots(settings)
    if settings.notify_urls:
        return Media({DEFAULT: AppriseSender(settings.notify_urls), **robots})
    return Media({DEFAULT: LogSender(), **robots}, tuple(robots) or (DEFAULT,))


def composer_of(settings: Settings) -> Composer:
    """Return who writes the messages, with links to where people reach us."""
    host = "127.0.0.1" if settings.api_host in ("0.0.0.0", "::") else settings.api_host  # noqa: S104
    url = settings.public_url or f"http://{host}:{settings.api_port}"
    return Composer(LinkMaker(url.rstrip("/"), _link_secret(settings)))


def _robots(settings: Settings) -> dict[str, Sender]:
    wanted: tuple[tuple[Dialect, SecretStr | None, SecretStr | None], ...] = (
        (wecom.DIALECT, settings.wecom_robot, None),
        (dingtalk.DIALECT, settings.dingtalk_robot, settings.dingtalk_secret),
        (feishu.DIALECT, settings.feishu_robot, settings.feishu_secret),
    )
    return {
        dialect.medium: Robot(
            dialect, url.get_secret_value(), secret.get_secret_value() if secret else ""
        )
        for dialect, url, secret in wanted
        if url is not None
    }


def _link_secret(settings: Settings) -> bytes:
    """Return the secret from the settings, else from a file that only its owner can read."""
    if settings.link_secret:
        return settings.link_secret.get_secret_value().encode()
    path = settings.home / LINK_FILE
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        # Linked into place when it is whole: of several that start at once, all use the first.
        draft = path.with_name(f"{LINK_FILE}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(_SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_bytes()
    except OSError:
        # Without a place to keep one, a message that is sent again after a restart has new links.
        return secrets.token_bytes(_SECRET_BYTES)
