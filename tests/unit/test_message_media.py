"""What the settings make of media and links, and what operators type about messages."""

import stat
from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from database.contacts import MessageSettings, Reach
from notifications.senders import DeliveryFailed, Media, Recipient, with_person
from notifications.text import Text
from notifications.urgency import Urgency
from orderflow import messaging
from orderflow.message_media import LINK_FILE, composer_of, media_of
from orderflow.messaging import MessageError, quiet_hours, try_all
from orderflow.settings import Settings

ROBOT = SecretStr("https://robots.example/send?key=k")


def reach(**addresses: str) -> Reach:
    return Reach(addresses, MessageSettings())


def test_without_any_service_messages_go_to_the_log(tmp_path: Path) -> None:
    media = media_of(Settings(home=tmp_path))
    assert media.chosen(reach(email="li@example.com"), Urgency.NORMAL) == ("default",)


def test_a_robot_takes_the_logs_place_and_reaches_everybody(tmp_path: Path) -> None:
    media = media_of(Settings(home=tmp_path, wecom_robot=ROBOT))
    assert media.chosen(reach(), Urgency.NORMAL) == ("wecom",)


def test_beside_apprise_a_robot_is_for_those_whom_it_can_mention(tmp_path: Path) -> None:
    media = media_of(Settings(home=tmp_path, notify_urls=["json://x"], feishu_robot=ROBOT))
    assert media.chosen(reach(), Urgency.NORMAL) == ("default",)
    assert media.chosen(reach(feishu="ou_1"), Urgency.NORMAL) == ("default", "feishu")


def test_a_choice_that_no_medium_fits_leaves_what_reaches_the_person(tmp_path: Path) -> None:
    media = media_of(Settings(home=tmp_path, wecom_robot=ROBOT))
    chosen = MessageSettings(media={"normal": ("dingtalk",)})
    assert media.chosen(Reach({}, chosen), Urgency.NORMAL) == ("wecom",)
    assert media.chosen(reach(), Urgency.URGENT, broken="wecom") == ("default",)


def test_a_robots_address_is_a_url_and_shows_up_nowhere(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, wecom_robot=ROBOT)
    assert "key=k" not in repr(settings)
    with pytest.raises(ValidationError):
        Settings(home=tmp_path, dingtalk_robot=SecretStr("oapi.dingtalk.com/robot/send"))


def test_the_secret_of_links_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = composer_of(settings).links
    assert first.secret == composer_of(settings).links.secret
    assert len(first.secret) == 32
    assert first.public_url == "http://127.0.0.1:8088"
    assert stat.S_IMODE((tmp_path / "home" / LINK_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == [LINK_FILE]
    given = Settings(
        home=tmp_path, link_secret=SecretStr("x" * 16), public_url="https://o.example/"
    )
    assert composer_of(given).links.secret == b"x" * 16
    assert composer_of(given).links.public_url == "https://o.example"


def test_what_stands_for_a_person_in_a_url_cannot_change_the_url() -> None:
    to = Recipient("li/../x", "held", {})
    assert with_person("mailto://h/?to={email}", to, "a&b@c.example") == (
        "mailto://h/?to=a%26b@c.example"
    )
    assert with_person("json://h/{person_id}", to, "") == "json://h/li%2F..%2Fx"


class _Refusing:
    def send(self, to: Recipient, text: Text) -> None:
        raise DeliveryFailed("wecom:93000", permanent=True)


class _Taking:
    def __init__(self) -> None:
        self.titles: list[str] = []

    def send(self, to: Recipient, text: Text) -> None:
        self.titles.append(text.title)


def test_a_test_message_goes_through_each_medium_and_tells_each_code() -> None:
    taking = _Taking()
    media = Media({"wecom": _Refusing(), "default": taking})
    found = try_all(media, Recipient("li", "test_message", {}), "en")
    assert found == {"wecom": "wecom:93000", "default": "ok"}
    assert taking.titles == ["Test message of orderflow"]


def test_quiet_hours_are_read_as_they_are_typed() -> None:
    assert quiet_hours("22:00-07:30") == (time(22), time(7, 30))
    assert quiet_hours("none") == (None, None)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (quiet_hours, "22-"),
        (messaging._zone, "Mars/Olympus"),
        (messaging._choice, "soon=wecom"),
        (messaging._choice, "urgent=pigeon"),
        (messaging._address, "wecom"),
        (messaging._address, "wecom=a](b"),
    ],
)
def test_what_cannot_be_read_is_said_in_both_languages(read: object, said: str) -> None:
    assert callable(read)
    with pytest.raises(MessageError) as refused:
        read(said)
    assert said in str(refused.value)
    assert not str(refused.value).isascii()
