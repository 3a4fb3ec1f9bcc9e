"""The demo says at once when a port is taken, before it loads anything."""

import socket

from click.testing import CliRunner

from app.cli.demo import demo


def test_a_taken_port_is_named_with_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setenv("FANFARE_DATA", str(tmp_path / "var"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = CliRunner().invoke(demo, ["--port", str(port)])

    assert done.exit_code == 1
    assert f"port {port} is taken" in done.output
    assert not (tmp_path / "var").exists()
