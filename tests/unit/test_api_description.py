"""The API's description is complete, and every route has its permission in one table."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine

from api.app import create_app
from api.permissions import ROLES, ROUTES, Permission
from api.state import ApiState
from domain.actions import Action, ChannelUpdate, StaffChanged


@pytest.fixture(scope="module")
def app() -> FastAPI:
    url = "postgresql+psycopg2://x:x@127.0.0.1:1/x"
    return create_app(ApiState(create_engine(url), url))


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_route_is_in_the_table_and_the_table_has_no_others(document: dict[str, Any]) -> None:
    hidden = {("POST", "/api/v1/webhooks/{channel}/{shop}")}
    described = {(method, path) for method, path, _ in operations(document)}
    assert described | hidden == set(ROUTES)
    assert not described & hidden


def test_every_route_that_is_not_public_asks_for_a_key(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        is_public = ROUTES[(method, path)] is None
        assert ("security" in operation) is not is_public, (method, path)


def test_every_permission_is_granted_by_some_role_and_asked_for_somewhere() -> None:
    granted = frozenset().union(*(ROLES[role] for role in ROLES if role != "administrator"))
    # Who works here with which rights is for administrators alone.
    assert granted | {Permission.PEOPLE_EDIT} == set(Permission)
    asked = {permission for permission in ROUTES.values() if isinstance(permission, Permission)}
    beside_routes = {
        Permission.CONTENT_READ,
        Permission.CREDIT_READ,
        Permission.RELEASE_ANY,
        Permission.MESSAGES_READ,
    }
    assert asked | beside_routes == set(Permission)


def test_auditors_only_read() -> None:
    writing = {
        permission
        for (method, _), permission in ROUTES.items()
        if method != "GET" and isinstance(permission, Permission)
    }
    assert not ROLES["auditor"] & writing


def test_every_operation_has_a_summary_a_description_and_a_tag(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert operation["tags"], (method, path)
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def has_example(document: dict[str, Any], content: dict[str, Any]) -> bool:
    schema = content.get("schema", {})
    for choice in [schema, *schema.get("anyOf", [])]:
        name = choice.get("$ref", "").rpartition("/")[2]
        if document["components"]["schemas"].get(name, {}).get("examples"):
            return True
    return bool(content.get("examples"))


def test_every_body_and_answer_has_an_example(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media, content in body.get("content", {}).items():
                if media.endswith("json"):
                    assert has_example(document, content), (method, path, media)


def test_every_problem_is_a_problem_document(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "400" and path != "/readyz":
                assert list(response["content"]) == ["application/problem+json"], (method, path)


def test_the_documented_examples_pass_their_own_models() -> None:
    from pydantic import BaseModel

    from api.schemas import (
        actions,
        answers,
        audits,
        history,
        intake,
        order_detail,
        orders,
        possible,
        quarantine,
        tasks,
        validations,
    )

    checked = 0
    for module in (
        *(actions, answers, audits, history, intake, order_detail, orders, possible, quarantine),
        *(tasks, validations),
    ):
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, BaseModel):
                extra = model.model_config.get("json_schema_extra")
                examples = extra.get("examples", []) if isinstance(extra, dict) else []
                assert isinstance(examples, list)
                for example in examples:
                    model.model_validate(_by_alias(model, example))
                    checked += 1
    assert checked > 15


def _by_alias(model: Any, example: Any) -> Any:
    return {
        str(model.model_fields[name].validation_alias or name): value
        for name, value in example.items()
    }


def test_actions_have_the_names_that_the_workflow_listens_to() -> None:
    from api.workflow_calls import NAMES, UPDATES
    from workflows.order import OrderWorkflow

    definition: Any = OrderWorkflow.__temporal_workflow_definition  # type: ignore[attr-defined]
    assert set(NAMES.values()) <= set(definition.signals)
    assert {NAMES[action] for action in UPDATES} == set(definition.updates)
    assert set(NAMES) == set(Action.__subclasses__()) - {ChannelUpdate, StaffChanged}
