"""Settings: what the environment may say and how mistakes are reported."""

from pathlib import Path

import pytest

from orderflow.settings import (
    PREFIX,
    Settings,
    SettingsError,
    load_settings,
    normalized_database_url,
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)


def test_without_environment_both_servers_are_embedded() -> None:
    settings = load_settings()
    assert settings.database_url is None
    assert settings.temporal_address is None
    assert settings.temporal_namespace == "orderflow"
    assert settings.home == Path(".orderflow").absolute()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", "")
    monkeypatch.setenv("ORDERFLOW_API_PORT", "")
    settings = load_settings()
    assert settings.database_url is None
    assert settings.api_port == 8088


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_database_urls_get_the_driver_and_keep_odd_passwords(scheme: str) -> None:
    url = f"{scheme}://user:p%40ss%2Fword@db.example:5433/orders?sslmode=require"
    assert normalized_database_url(url) == (
        "postgresql+psycopg2://user:p%40ss%2Fword@db.example:5433/orders?sslmode=require"
    )


def test_the_settings_hold_the_normalised_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", "postgres://u:p@h/d")
    assert load_settings().database_url == "postgresql+psycopg2://u:p@h/d"


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/d", "s3cret", "sqlite:///s3cret.db"])
def test_other_databases_are_refused_without_showing_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", url)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "ORDERFLOW_DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_mistake_names_its_variable_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_API_PORT", "eighty")
    monkeypatch.setenv("ORDERFLOW_ACTIVITY_THREADS", "0")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "ORDERFLOW_API_PORT=eighty" in caught.value.en
    assert "ORDERFLOW_ACTIVITY_THREADS" in caught.value.en
    assert "ORDERFLOW_ACTIVITY_THREADS" in caught.value.zh


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("mailto://a slack://b", ["mailto://a", "slack://b"]),
        ('["json://h/?to=a,b", "slack://b"]', ["json://h/?to=a,b", "slack://b"]),
    ],
)
def test_notification_urls_come_as_words_or_as_json(
    monkeypatch: pytest.MonkeyPatch, text: str, urls: list[str]
) -> None:
    monkeypatch.setenv("ORDERFLOW_NOTIFY_URLS", text)
    assert load_settings().notify_urls == urls


def test_broken_json_in_notification_urls_is_a_settings_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERFLOW_NOTIFY_URLS", '["mailto://a"')
    with pytest.raises(SettingsError, match="ORDERFLOW_NOTIFY_URLS"):
        load_settings()


def test_an_api_key_alone_is_enough_for_temporal_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_TEMPORAL_ADDRESS", "eu.example:7233")
    assert not load_settings().temporal_encrypted
    monkeypatch.setenv("ORDERFLOW_TEMPORAL_API_KEY", "k")
    assert load_settings().temporal_encrypted


@pytest.mark.parametrize("issuer", ["http://login.example.com", "login.example.com", "https://"])
def test_an_identity_provider_is_reached_by_https(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv("ORDERFLOW_OIDC_ISSUER", issuer)
    with pytest.raises(SettingsError, match="ORDERFLOW_OIDC_ISSUER"):
        load_settings()


def test_an_identity_provider_is_named_completely_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERFLOW_OIDC_ISSUER", "https://login.example.com")
    monkeypatch.setenv("ORDERFLOW_OIDC_CLIENT_ID", "orderflow")
    with pytest.raises(SettingsError, match="ORDERFLOW_OIDC_CLIENT_SECRET"):
        load_settings()
    monkeypatch.setenv("ORDERFLOW_OIDC_CLIENT_SECRET", "s3cret")
    settings = load_settings()
    assert settings.oidc_name == "Single sign-on"
    assert "s3cret" not in repr(settings)


def test_repr_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERFLOW_DATABASE_URL", "postgres://u:s3cret@h/d")
    monkeypatch.setenv("ORDERFLOW_TEMPORAL_API_KEY", "s3cret")
    monkeypatch.setenv("ORDERFLOW_ERP_TOKEN", "s3cret")
    monkeypatch.setenv("ORDERFLOW_NOTIFY_URLS", "slack://s3cret")
    assert "s3cret" not in repr(load_settings())


def test_every_setting_says_what_it_is() -> None:
    assert [n for n, f in Settings.model_fields.items() if not f.description] == []
