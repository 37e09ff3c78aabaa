"""Row 20: sessions that look alive but are dead, surprise logouts, work lost."""

from datetime import timedelta

from django.test import Client

from tests.factories import PASSWORD


def test_wish_20_session_says_when_it_ends_and_nothing_typed_is_lost(people, time_machine):
    """A page knows how long the session lasts, a dead one says so, and the form sent into it comes back."""
    time_machine.move_to("2026-11-23T01:15:00Z", tick=False)
    client = Client()
    client.post("/accounts/login/", {"login": "filer", "password": PASSWORD})
    page = client.get("/portal/").content.decode()
    assert 'data-seconds="1800"' in page
    time_machine.shift(timedelta(minutes=31))
    assert client.get("/accounts/session/", headers={"X-Background": "1"}).json()["signed_in"] is False
    ended = client.post("/accounts/sessions/end/", {"id": "三小时写成的文字"})
    assert ended.status_code == 401
    client.post(ended.context["sign_in"], {"login": "filer", "password": PASSWORD})
    assert "三小时写成的文字" in client.get("/accounts/session/kept/").content.decode()
