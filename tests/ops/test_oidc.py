"""OpenID Connect as a setting: a small identity provider, and a portal that was told of it."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import NoReverseMatch, reverse

from tests.ops.demo_process import ROOT


class Provider(BaseHTTPRequestHandler):
    """Discovery, token and user info; the code is the person's name, and so is the token."""

    def answer(self, told: dict) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def do_GET(self) -> None:
        home = f"http://127.0.0.1:{self.server.server_port}"
        if self.path.endswith("openid-configuration"):
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            ends = {f"{name}_endpoint": f"{home}/{path}" for name, path in names.items()}
            self.answer({"issuer": home, "jwks_uri": f"{home}/keys", **ends})
        else:
            person = self.headers["Authorization"].removeprefix("Bearer ")
            self.answer({"sub": f"number of {person}", "preferred_username": person.upper()})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        person = body.split("code=")[1].split("&")[0]
        self.answer({"access_token": person, "token_type": "Bearer"})

    def log_message(self, *words) -> None:
        """Quiet."""


@pytest.fixture
def provider():
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def test_identity_provider_says_who_and_nothing_more(provider, tmp_path):
    """An account of that name is entered, once bound and again; a stranger and a closed account are not; an official
    is asked for the second factor all the same."""
    words = {"OIDC_URL": provider, "OIDC_CLIENT_ID": "portal", "OIDC_SECRET": "s", "DATA_DIR": str(tmp_path)}
    env = {**os.environ, **words, "TESTING": "1", "SECRET_KEY": "tests"}
    env.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.ops.oidc_portal"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [
        "haiyang /portal/",
        "haiyang /portal/",
        "stranger /accounts/login/",
        "gone /accounts/login/",
        "clerk /accounts/2fa/authenticate/",
        "clerk /desk/",
        "identity.bind:+ sign_in:+ sign_in:+ sign_in:- sign_in:- identity.bind:+ sign_in:+",
    ]


def test_without_the_setting_there_is_no_such_address(client, db):
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=["office"])
    assert client.post("/accounts/oidc/office/login/").status_code == 404
    assert "oidc" not in client.get("/accounts/login/").content.decode()
