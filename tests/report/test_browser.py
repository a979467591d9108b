"""The page in a real browser: no error, no sideways scroll, at a desk's and a phone's width.

Needs `chromium` (or `chromium-browser`, `google-chrome`) on PATH; CI installs it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symnn.report.solution import Solution

pytestmark = pytest.mark.slow

PROBE = """
<script>
var failed = [];
addEventListener("error", function (e) { failed.push(String(e.message)); });
addEventListener("load", function () {
  OPEN
  var wide = [], limit = document.documentElement.clientWidth;
  document.querySelectorAll("main *").forEach(function (e) {
    var r = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (r.width > 0 && r.right > limit + 1 && !e.closest("svg") && style.position !== "absolute") {
      wide.push(e.tagName + "." + e.className);
    }
  });
  var scroll = document.documentElement.scrollWidth;
  parent.postMessage([scroll, limit, wide.join(","), failed.join(",")].join("|"), "*");
});
</script>
"""
# The window of a headless browser is at least 500 px wide; a frame may be as narrow as a phone.
HOST = """<!DOCTYPE html><body style="margin:0"><script>
addEventListener("message", function (e) {
  var probe = document.createElement("pre");
  probe.id = "probe"; probe.textContent = e.data; document.body.appendChild(probe);
});
</script><iframe src="page.html" style="border:0;width:WIDTHpx;height:2000px"></iframe></body>"""
OPEN_ALL = 'document.querySelectorAll("details").forEach(function (d) { d.open = true; });'


def browser() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((shutil.which(n) for n in names if shutil.which(n)), None)
    assert found, "no browser: apt-get install chromium"
    return found


def look(page: str, width: int, tmp_path: Path) -> tuple[str, str]:
    """The frame's host after the page's scripts ran, and what the browser logged."""
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    host = tmp_path / "host.html"
    host.write_text(HOST.replace("WIDTH", str(width)), encoding="utf-8")
    return dump(host, tmp_path)


def dump(file: Path, tmp_path: Path) -> tuple[str, str]:
    """The document of a file after its scripts ran, and the console's lines."""
    done = subprocess.run(
        [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--enable-logging=stderr", "--window-size=1400,2000",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, "\n".join(x for x in done.stderr.splitlines() if "CONSOLE" in x)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("opened", [False, True])
def test_no_error_and_no_sideways_scroll(
    lang: str, width: int, opened: bool, french: Solution, english: Solution, tmp_path: Path
) -> None:
    page = {"fr": french, "en": english}[lang].files["index.html"]
    probe = PROBE.replace("OPEN", OPEN_ALL if opened else "")
    dom, log = look(page.replace("</body>", probe + "</body>"), width, tmp_path)
    assert log == ""
    found = re.search(r'<pre id="probe">([^<]*)</pre>', dom)
    assert found, "the page did not load"
    assert found[1] == f"{width}|{width}||"


def test_the_script_adds_the_depth_switch(french: Solution, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(french.files["index.html"], encoding="utf-8")
    dom, log = dump(file, tmp_path)
    assert log == ""
    assert dom.count('<div class="switch">') == dom.count('<div class="bar">') > 0
    assert 'aria-pressed="true"' in dom
