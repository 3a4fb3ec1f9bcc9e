"""The real application starts under its real web server."""

import signal

import psutil
import requests


def test_the_application_is_alive_and_ready(live_server):
    assert requests.get(f"{live_server.url}/healthz", timeout=5).json() == {"status": "ok"}
    assert requests.get(f"{live_server.url}/readyz", timeout=5).status_code == 200


def test_the_application_stops_when_it_is_asked_to(live_server):
    server = psutil.Process(live_server.pid)
    workers = server.children()

    server.terminate()

    assert psutil.wait_procs([server, *workers], timeout=10)[1] == []


def test_ctrl_c_in_a_terminal_stops_everything_at_once(live_server):
    server = psutil.Process(live_server.pid)
    everything = [server, *server.children()]

    for process in everything:
        process.send_signal(signal.SIGINT)

    assert psutil.wait_procs(everything, timeout=10)[1] == []
