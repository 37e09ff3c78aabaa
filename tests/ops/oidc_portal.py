"""A portal with an identity provider, as a process of its own: OIDC_URL is read where the settings are.

Prints, one a line, where each sign-in led. Argument: the folder of the data.
"""

import os
import sys
from urllib.parse import parse_qs, urlsplit

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment  # noqa: E402

from apps.accounts.models import AuditEntry  # noqa: E402
from tests.factories import app_code, make_user  # noqa: E402

LOGIN = "/accounts/oidc/office/login/"


def sign_in(person: str) -> tuple[Client, str]:
    """Press the button, let the provider say who it is, come back."""
    client = Client()
    there = client.post(LOGIN, {"process": "login"})["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    back = client.get(f"{LOGIN}callback/", {"code": person, "state": state})
    return client, back["Location"]


def main() -> None:
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    make_user("haiyang")
    make_user("clerk", role="clerk")
    make_user("gone", is_active=False)
    assert "oidc/office/login" in Client().get("/accounts/login/").content.decode()
    for person in ("haiyang", "haiyang", "stranger", "gone", "clerk"):
        client, there = sign_in(person)
        sys.stdout.write(f"{person} {there}\n")
    answer = client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    sys.stdout.write(f"clerk {answer['Location']}\n")
    acts = AuditEntry.objects.order_by("number").values_list("act", "success")
    sys.stdout.write(" ".join(f"{act}:{'+' if success else '-'}" for act, success in acts) + "\n")


main()
