"""The digests that the browser computes, against hashlib."""

import hashlib
import random
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper_faces")]

HASH = """([bytes, times]) => new Promise((resolve, reject) => {
  const worker = new Worker(document.querySelector("[data-hasher]").dataset.worker);
  worker.onmessage = (event) => event.data.type === "progress" || resolve(event.data);
  worker.onerror = (event) => reject(event.message);
  const part = Uint8Array.from(bytes, (each) => each.charCodeAt(0));
  worker.postMessage({ file: new Blob(Array(times).fill(part)) });
})"""


def expected(data: bytes) -> tuple[str, str, int]:
    return hashlib.sha256(data).hexdigest(), hashlib.new("sm3", data).hexdigest(), len(data)


def digest(page, data: bytes, times: int = 1) -> tuple[str, str, int]:
    result = page.evaluate(HASH, [data.decode("latin-1"), times])
    assert result["type"] == "done", result
    return result["sha256"], result["sm3"], result["size"]


def test_digests_equal_hashlib_for_vectors_and_every_padding(page):
    page.goto("/samples/portal_form/")
    assert digest(page, b"abc")[1] == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest(page, b"a", 1_000_000) == expected(b"a" * 1_000_000)
    for length in [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 4096]:
        data = random.Random(length).randbytes(length)
        assert digest(page, data) == expected(data), length


def test_a_file_fills_the_fields_and_sends_nothing(page, tmp_path):
    data = random.Random(5).randbytes(5_000_011)
    path = tmp_path / "近岸浪高 2024.csv"
    path.write_bytes(data)
    page.goto("/samples/portal_form/")
    page.wait_for_load_state("networkidle")
    requests = []
    page.on("request", lambda request: requests.append((request.method, request.url)))
    page.set_input_files("#hasher-file", path)
    expect(page.locator("#id_sha256")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    values = [page.input_value(f"#id_{name}") for name in ("sha256", "sm3", "size", "file_name")]
    assert values == [*map(str, expected(data)), "近岸浪高 2024.csv"]
    assert [url for method, url in requests if method != "GET" and "autosave" not in url] == []
    assert all(url.endswith(".js") for method, url in requests if method == "GET")


def test_a_cancelled_file_fills_nothing(page, tmp_path):
    path = tmp_path / "long.bin"
    path.write_bytes(bytes(200_000_000))
    page.goto("/samples/portal_form/")
    page.set_input_files("#hasher-file", path)
    page.click("[data-hasher-cancel]")
    assert page.input_value("#id_sha256") == ""
    assert page.inner_text("[data-hasher-words]") == "已取消，没有填写任何内容。"


def test_a_file_that_cannot_be_read_is_said(page, tmp_path):
    path = tmp_path / "gone.bin"
    path.write_bytes(bytes(1000))
    page.goto("/samples/portal_form/")
    page.evaluate(
        "document.getElementById('hasher-file').addEventListener('change', (event) => event.stopImmediatePropagation(), {capture: true, once: true})"
    )
    page.set_input_files("#hasher-file", path)
    path.unlink()
    page.dispatch_event("#hasher-file", "change")
    expect(page.locator("[data-hasher-words]")).to_contain_text("文件未能读完")
    assert page.input_value("#id_sha256") == ""


def test_speed_is_stated(page, capsys):
    page.goto("/samples/portal_form/")
    megabytes = 100
    took = page.evaluate(
        """async ([megabytes]) => {
          const worker = new Worker(document.querySelector("[data-hasher]").dataset.worker);
          const file = new Blob(Array(megabytes).fill(new Uint8Array(1000000).fill(7)));
          const startedAt = performance.now();
          const result = await new Promise((resolve) => {
            worker.onmessage = (event) => event.data.type === "progress" || resolve(event.data);
            worker.postMessage({ file });
          });
          return { milliseconds: performance.now() - startedAt, ...result };
        }""",
        [megabytes],
    )
    assert took["sha256"] == hashlib.sha256(bytes([7]) * 1_000_000 * megabytes).hexdigest()
    with capsys.disabled():
        print(f"\nhasher: SHA-256 and SM3 in one pass, {megabytes / took['milliseconds'] * 1000:.0f} MB/s")  # noqa: T201
