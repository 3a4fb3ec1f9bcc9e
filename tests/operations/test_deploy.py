"""What the manual gives for deploying is whole: every setting, command, port and metric that it names is there."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from app.cli import COMMANDS
from app.metrics import METERS
from app.services.figures import Figures
from app.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
CONTAINERFILE = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
OURS = [name for name, service in COMPOSE["services"].items() if service["image"].startswith("fanfare:")]
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
BOARD = json.loads((DEPLOY / "monitoring" / "grafana-board.json").read_text())
ALERTS = yaml.safe_load((DEPLOY / "monitoring" / "fanfare-alerts.yaml").read_text())["groups"][0]["rules"]
QUERIES = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
QUERIES += [rule["expr"] for rule in ALERTS]
SETTINGS = {setting.metadata["env"] for setting in fields(Settings)}
SECRETS = {setting.metadata["env"] for setting in fields(Settings) if setting.metadata["secret"]}


def takes(words):
    """Whether `fanfare` has this command with these options."""
    from importlib import import_module

    module, _, name = COMMANDS[words[0]][0].partition(":")
    command, rest = getattr(import_module(module), name), list(words[1:])
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    command.make_parser(command.context_class(command)).parse_args(rest)
    return True


def instructions(word):
    return [line[len(word) + 1 :] for line in CONTAINERFILE.splitlines() if line.startswith(f"{word} ")]


def test_every_setting_in_the_compose_file_is_one():
    assert set(COMPOSE["x-app"]["environment"]) <= SETTINGS
    given = {line.partition("=")[0] for line in (DEPLOY / ".env.example").read_text().splitlines() if line[0] != "#"}
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert given == asked


def test_fans_can_be_let_in_and_mails_sent_from_the_containers():
    given = dict(line.split("=") for line in (DEPLOY / ".env.example").read_text().splitlines() if line[0] != "#")
    mounted = {place.split(":")[1] for place in COMPOSE["x-app"]["volumes"]}

    assert str(Path(given["FANFARE_PROVIDERS"]).parent) in mounted
    assert {name for name in SETTINGS if "SMTP" in name} - set(given) == {"FANFARE_SMTP_CA", "FANFARE_SMTP_SECONDS"}


def test_no_file_holds_a_secret():
    values = [str(COMPOSE["x-app"]["environment"][name]) for name in SECRETS & set(COMPOSE["x-app"]["environment"])]
    empty = (DEPLOY / ".env.example").read_text().splitlines()

    assert all("${" in value for value in values)
    assert all(line.endswith("=") for line in empty if re.match(r"\w*(SECRET|PASSWORD|TOKEN)", line))


@pytest.mark.parametrize("service", OURS)
def test_our_containers_run_commands_that_exist_with_little_power(service):
    said = COMPOSE["services"][service]

    assert takes(said["command"])
    assert (said["read_only"], said["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in said["security_opt"]


def test_images_are_pinned_to_a_version():
    theirs = [service["image"] for name, service in COMPOSE["services"].items() if name not in OURS]
    bases = [line.split()[0] for line in instructions("FROM")]

    assert [image for image in theirs + bases if not re.search(r":\d", image)] == []


@pytest.mark.parametrize("name", [name for name in COMPOSE["services"] if name != "migrate"])
def test_every_lasting_container_has_a_health_check_at_a_port_it_listens_on(name):
    service = COMPOSE["services"][name]
    test = " ".join(service["healthcheck"]["test"])

    if name in OURS:
        (port,) = service["expose"]
        assert f"127.0.0.1:{port}/" in test
        assert f"0.0.0.0:{port}" in service["command"]


def test_the_proxy_knows_exactly_the_web_containers():
    upstreams = (DEPLOY / "nginx" / "fanfare-upstream.compose.conf").read_text()
    webs = {name for name in OURS if COMPOSE["services"][name]["command"][0] == "serve"}

    assert set(re.findall(r"^server (\w+):8000", upstreams, re.M)) == webs
    assert set(COMPOSE["x-app"]["environment"]["FANFARE_TRUSTED_HOSTS"].split(",")) == webs
    assert set(COMPOSE["services"]["proxy"]["depends_on"]) == webs


def test_the_schema_is_brought_up_before_anything_of_ours_starts():
    waiting = {name: COMPOSE["services"][name]["depends_on"] for name in OURS if name != "migrate"}

    assert all(on["migrate"]["condition"] == "service_completed_successfully" for on in waiting.values())


def test_the_image_runs_as_nobody_special_and_copies_what_is_there():
    copied = [words for line in instructions("COPY") if not line.startswith("--") for words in line.split()[:-1]]

    assert instructions("USER") == ["10001"]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {path.parts[0] for path in map(Path, ("app/cli", "migrations", "templates", "static"))} <= set(copied)
    assert takes(json.loads(instructions("CMD")[0]))


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_units_run_commands_that_exist(file):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(file)
    words = shlex.split(unit["Service"]["ExecStart"].replace("%i", "8001"))

    assert words[0].endswith("/bin/fanfare")
    assert takes(words[1:])
    assert (unit["Service"]["User"], unit["Service"]["NoNewPrivileges"]) == ("fanfare", "yes")


def test_the_upstreams_of_one_server_are_its_units():
    upstreams = (DEPLOY / "nginx" / "fanfare-upstream.conf").read_text()
    said = (DEPLOY / "systemd" / "fanfare-web@.service").read_text()

    assert set(re.findall(r"^server 127.0.0.1:(\d+)", upstreams, re.M)) == set(re.findall(r"fanfare-web@(\d+)", said))


@pytest.mark.parametrize("query", sorted(set(QUERIES)))
def test_boards_and_alarms_ask_for_metrics_that_exist(query):
    asked = set(re.findall(r"fanfare_\w+", query))
    labels = set(re.findall(r'(\w+)=~?"', query)) | {
        label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")
    }

    assert asked
    assert asked <= known_names()
    assert labels <= {"le", "endpoint", "status", "method", "state", "result", "kind"}


def known_names():
    meters = {name for meter in METERS.collect() for name in sample_names(meter)}
    figures = {f"fanfare_{each.name}" for each in fields(Figures)}
    return meters | figures | {"fanfare_database_up"}


def sample_names(meter):
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(meter.type, ("",))
    return {meter.name + end for end in ends}


def test_every_alarm_is_explained():
    manual = (ROOT / "docs" / "operating.md").read_text()

    assert [rule["alert"] for rule in ALERTS if f"| `{rule['alert']}` |" not in manual] == []


def test_every_metric_is_explained():
    manual = (ROOT / "docs" / "operating.md").read_text()

    assert [name for name in known_names() if re.sub("_(bucket|count|sum)$", "", name) not in manual] == []


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_the_steps_of_the_image_build_what_runs(tmp_path):
    """The pip steps of the container file, replayed in a plain virtual environment with only what is copied."""
    app, venv = tmp_path / "app", tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    for name in (word for line in instructions("COPY") if line[0] != "-" for word in line.split()[:-1]):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        app.mkdir(exist_ok=True)
        copy(ROOT / name, app / name)
    for step in instructions("RUN"):
        if "/venv/bin/pip" in step:
            subprocess.run(step.replace("/venv", str(venv)), shell=True, cwd=app, check=True)

    settings = {"PATH": f"{venv}/bin:/usr/bin:/bin", "FANFARE_SECRET": "0123456789abcdef" * 4, "FANFARE_DATA": "data"}
    for words in (["db", "upgrade"], ["doctor"]):
        done = subprocess.run([venv / "bin" / "fanfare", *words], cwd=app, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
