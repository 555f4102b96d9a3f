"""What is deployed by the files in deploy/ may do no more than it must."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
KUBERNETES: list[dict[str, Any]] = [*yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))]
PODS = {one["metadata"]["name"]: one["spec"]["template"] for one in KUBERNETES if one["kind"] == "Deployment"}
UNIT = (DEPLOY / "kireji.service").read_text("utf-8")
DATA = "/var/lib/kireji"


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each container of each pod, those that begin it too."""
    for name, pod in PODS.items():
        for one in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]):
            yield f"{name}/{one['name']}", one


@pytest.mark.parametrize("name", PODS)
def test_a_pod(name: str) -> None:
    """It runs as nobody special, under the runtime's filter of system calls, without a token for the cluster."""
    spec = PODS[name]["spec"]
    context = spec["securityContext"]
    assert spec["automountServiceAccountToken"] is False
    assert context["runAsNonRoot"] is True
    assert (context["runAsUser"], context["runAsGroup"]) == (10001, 10001)
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert all("sizeLimit" in one["emptyDir"] for one in spec["volumes"] if "emptyDir" in one)


@pytest.mark.parametrize(("name", "one"), containers(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_container_of_a_pod(name: str, one: dict[str, Any]) -> None:
    """It gains no privileges, writes to two folders only, and takes so much memory."""
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }, name
    assert {mount["mountPath"] for mount in one["volumeMounts"] if not mount.get("readOnly")} == {DATA, "/tmp"}
    assert one["resources"]["limits"]["memory"]
    assert {"cpu", "memory"} <= one["resources"]["requests"].keys()
    volumes = {volume["name"] for volume in PODS[name.partition("/")[0]]["spec"]["volumes"]}
    assert {mount["name"] for mount in one["volumeMounts"]} <= volumes


@pytest.mark.parametrize("name", PODS)
def test_the_network_of_a_pod(name: str) -> None:
    """A policy is its own: only the web process is asked, and each asks no more ports than it needs."""
    (policy,) = (one for one in KUBERNETES if one["kind"] == "NetworkPolicy" and one["metadata"]["name"] == name)
    spec = policy["spec"]
    assert spec["podSelector"]["matchLabels"] == PODS[name]["metadata"]["labels"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    asked = [port["port"] for rule in spec.get("ingress", ()) for port in rule["ports"]]
    asks = {port["port"] for rule in spec["egress"] for port in rule["ports"]}
    assert (asked, asks) == (([8080], {53, 5432}) if name == "kireji-web" else ([], {53, 5432, 443}))


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_compose(name: str) -> None:
    """Each drops all capabilities, gains none, has a file system that it cannot write to, and limits."""
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert ("cap_add" in service) is (name == "postgres")
    assert "database" in service["networks"]


def test_compose_keeps_its_database_in() -> None:
    """Postgres reaches nobody outside, and nobody outside reaches it."""
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert COMPOSE["services"]["postgres"]["networks"] == ["database"]
    assert "ports" not in COMPOSE["services"]["postgres"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["web"]["ports"])


def test_images_can_be_named_by_digest() -> None:
    """Whatever is pulled can be, without a change to these files."""
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert re.search(r"^ARG BASE=\S+\nFROM", dockerfile, re.MULTILINE)
    assert re.search(r"^USER 10001$", dockerfile, re.MULTILINE)
    for service in COMPOSE["services"].values():
        assert service["image"] == "kireji" or re.fullmatch(r"\$\{\w+:-\S+\}", service["image"])
        assert service.get("build", {}).get("args", {"BASE": "${BASE_IMAGE:-"})["BASE"].startswith("${BASE_IMAGE:-")


@pytest.mark.parametrize(
    "line",
    [
        *("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "DynamicUser=yes"),
        *("CapabilityBoundingSet=", "UMask=0077", "SystemCallFilter=@system-service", "SystemCallErrorNumber=EPERM"),
        *("RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "RestrictNamespaces=yes", "KeyringMode=private"),
    ],
)
def test_the_unit(line: str) -> None:
    """It is confined as systemd can."""
    assert line in UNIT.splitlines()


def test_the_unit_has_limits() -> None:
    """Of memory, and of processes."""
    assert re.search(r"^MemoryMax=\d+G$", UNIT, re.MULTILINE)
    assert re.search(r"^TasksMax=\d+$", UNIT, re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here to ask")
def test_systemd_s_own_judgement() -> None:
    """Its scale of exposure has 10 for a service that is not confined; above 2.0 it would refuse."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(DEPLOY / "kireji.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    if re.search("unrecognized option|Unknown (?:command verb|operation)", done.stderr):
        pytest.skip("this systemd judges no files")
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Unknown key" not in done.stderr  # it ignores what it does not know
