"""What is deployed is pinned, asks for its secrets and listens where it should."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
KUBERNETES = sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
VERSIONED_IMAGE = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+[\w.-]*")


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def manifests() -> list[dict[str, Any]]:
    return [
        document
        for path in KUBERNETES
        for document in yaml.safe_load_all(path.read_text())
        if document
    ]


def pods() -> list[dict[str, Any]]:
    return [
        manifest["spec"]["template"]["spec"]
        for manifest in manifests()
        if manifest["kind"] in ("Deployment", "Job")
    ]


def command_names() -> set[str]:
    source = (ROOT / "orderflow/cli.py").read_text()
    return set(re.findall(r"@app\.command\(\)\n(?:async )?def (\w+)\(", source))


@pytest.mark.parametrize("name", services())
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    assert VERSIONED_IMAGE.fullmatch(services()[name]["image"])


def test_every_base_image_is_pinned_to_a_version() -> None:
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert bases
    assert all(VERSIONED_IMAGE.fullmatch(base) for base in bases)


def test_server_and_schema_tools_of_temporal_have_one_version() -> None:
    versions = {
        service["image"].partition(":")[2]
        for service in services().values()
        if service["image"].startswith(("temporalio/server:", "temporalio/admin-tools:"))
    }
    assert len(versions) == 1


@pytest.mark.parametrize("name", services())
def test_ports_are_bound_to_this_host_only(name: str) -> None:
    ports = services()[name].get("ports", [])
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_no_password_has_a_default() -> None:
    references = re.findall(r"\$\{(\w*PASSWORD)([^}]*)\}", COMPOSE.read_text())
    assert references
    assert all(rest.startswith(":?") for _, rest in references)


def test_services_wait_for_what_they_need() -> None:
    waits = {name: service.get("depends_on", {}) for name, service in services().items()}
    assert set(waits["temporal"]) == {"temporal-schema"}
    assert set(waits["api"]) == set(waits["worker"]) == {"migrate", "namespace"}
    for name, needed in waits.items():
        for other, terms in needed.items():
            is_job = services()[other]["restart"] == "on-failure"
            expected = "service_completed_successfully" if is_job else "service_healthy"
            assert terms["condition"] == expected, (name, other)


def test_files_that_are_mounted_exist() -> None:
    mounts = [
        mount.split(":")[0]
        for service in services().values()
        for mount in service.get("volumes", [])
        if mount.startswith("./")
    ]
    assert mounts
    assert all((ROOT / mount).is_file() for mount in mounts)


def test_containers_run_commands_that_exist() -> None:
    composed = [s["command"] for s in services().values() if "build" in s]
    clustered = [
        container["args"]
        for pod in pods()
        for container in [*pod.get("initContainers", []), *pod["containers"]]
    ]
    assert len(composed) == len(clustered) == 4
    assert all(words[0] in command_names() for words in [*composed, *clustered])


def test_workers_get_longer_to_stop_than_they_take() -> None:
    assert services()["worker"]["stop_grace_period"] == "45s"
    worker = next(pod for pod in pods() if pod["containers"][0]["name"] == "worker")
    assert worker["terminationGracePeriodSeconds"] >= 40


def test_pods_run_without_root() -> None:
    assert pods()
    assert all(pod["securityContext"]["runAsNonRoot"] for pod in pods())
    user = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert user == ["10001:10001"]


def test_no_manifest_holds_a_secret() -> None:
    named = (ROOT / "deploy/kubernetes/kustomization.yaml").read_text()
    assert "secret" not in yaml.safe_load(named)["resources"]
    assert (ROOT / "deploy/kubernetes/secret.example.yaml").is_file()
