"""A real nginx with the very configuration that the manual gives, its ports and paths replaced by the test's own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.children import answers, free_port, running

PACKAGE = "nginx-light"
ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy" / "nginx"
AROUND = """\
daemon off;
pid {folder}/pid;
worker_processes 1;
error_log stderr crit;
{user}
events {{ worker_connections 256; }}
http {{
    types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; font/woff2 woff2; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/fanfare.conf;
}}
"""


class NginxMissing(RuntimeError):
    """There is no nginx and it may not be installed; the message names the package."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx: its two addresses, and the certificate to trust."""

    url: str
    plain_url: str
    certificate: Path


def nginx() -> Path:
    """Give nginx's program; install the package first when it is missing and that is allowed.

    Raises: NginxMissing.
    """
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    if found := shutil.which("nginx", path=places):
        return Path(found)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NginxMissing(f"The proxy tests need the Debian package '{PACKAGE}': sudo apt-get install {PACKAGE}")
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", PACKAGE]):
        done = subprocess.run(["apt-get", *command], env=quietly, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NginxMissing(f"'apt-get {' '.join(command)}' failed: {done.stderr.strip()[-500:]}")
    return nginx()


@contextmanager
def nginx_server(upstreams: Sequence[str]) -> Iterator[Proxy]:
    """Run nginx in front of these `host:port`s until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="fanfare-nginx-"))
    secure, plain = free_port(), free_port()
    try:
        make_certificate(folder)
        write_configuration(folder, upstreams, secure, plain)
        command = [nginx(), "-p", folder, "-c", folder / "nginx.conf"]
        with running(command, folder / "log", ready=lambda: answers(socket.AF_INET, ("127.0.0.1", secure))):
            yield Proxy(f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", folder / "fullchain.pem")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_configuration(folder: Path, upstreams: Sequence[str], secure: int, plain: int) -> None:
    """The configuration of the manual, with what a test must replace."""
    replaced = {
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "include fanfare-upstream.conf": f"include {folder}/fanfare-upstream.conf",
        "/etc/fanfare/tls": str(folder),
        "/opt/fanfare/static": str(ROOT / "static"),
    }
    text = (DEPLOY / "fanfare.conf").read_text()
    for given, ours in replaced.items():
        assert given in text, f"{given} is no longer in {DEPLOY / 'fanfare.conf'}"
        text = text.replace(given, ours)
    (folder / "fanfare.conf").write_text(text)
    servers = (DEPLOY / "fanfare-upstream.conf").read_text()
    for given, ours in zip(("127.0.0.1:8001", "127.0.0.1:8002"), upstreams, strict=True):
        assert given in servers, f"{given} is no longer in {DEPLOY / 'fanfare-upstream.conf'}"
        servers = servers.replace(given, ours)
    (folder / "fanfare-upstream.conf").write_text(servers)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))


def make_certificate(folder: Path) -> None:
    """A certificate for this machine, which trusts nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fanfare test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(secret)
