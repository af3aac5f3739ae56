"""The documentation in a browser that finds no other host."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import element_to_be_clickable, presence_of_element_located
from selenium.webdriver.support.wait import WebDriverWait

from tests.clients.server import PUBLIC_NAME

pytestmark = pytest.mark.any_database

CHROMIUM, DRIVER = shutil.which("chromium") or "", shutil.which("chromedriver") or ""
if not (CHROMIUM and DRIVER):
    pytest.skip("the documentation in a browser is skipped: no Chromium with its driver was found", allow_module_level=True)

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1300,1600",
    f"--host-resolver-rules=MAP {PUBLIC_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    with Chrome(options=options, service=Service(DRIVER)) as browser:
        yield browser


@pytest.fixture(scope="module")
def public_address(address: str) -> str:
    return f"http://{PUBLIC_NAME}:{urlsplit(address).port}"


def test_page_shows_every_operation_in_the_order_of_the_contract(browser: Chrome, address: str, public_address: str) -> None:
    browser.get(f"{public_address}/docs/")
    wait_for(browser, ".opblock")

    shown = [block.get_attribute("id") for block in browser.find_elements(By.CLASS_NAME, "opblock")]

    paths = httpx.get(f"{address}/v1/openapi.json").json()["paths"].values()
    operations = [operation for methods in paths for operation in methods.values()]
    assert shown == [f"operations-{operation['tags'][0]}-{operation['operationId']}" for operation in operations]


def test_plans_can_be_listed_from_the_page(browser: Chrome, address: str, public_address: str) -> None:
    browser.get(f"{public_address}/docs/?try#/plans/list_plans")
    press(browser, ".try-out__btn")
    press(browser, ".execute")
    answer = wait_for(browser, ".live-responses-table .response")

    assert answer.find_element(By.CLASS_NAME, "response-col_status").text == "200"
    body = answer.find_element(By.CSS_SELECTOR, "code.language-json").get_property("textContent")
    assert json.loads(str(body)) == httpx.get(f"{address}/v1/plans/?page_size=25").json()


@pytest.mark.parametrize(("page", "shown_last"), [("/docs/", ".opblock"), ("/docs/redoc/", "[id='tag/root']"), ("/docs/errors", "table")])
def test_page_asks_no_other_host(page: str, shown_last: str, browser: Chrome, public_address: str) -> None:
    requests(browser)
    browser.get(f"{public_address}{page}?fresh")
    wait_for(browser, shown_last)

    asked = requests(browser)

    assert f"{public_address}{page}?fresh" in asked
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(public_address).netloc}


def wait_for(browser: Chrome, selector: str) -> WebElement:
    return WebDriverWait(browser, 30).until(presence_of_element_located((By.CSS_SELECTOR, selector)))


def press(browser: Chrome, selector: str) -> None:
    WebDriverWait(browser, 30).until(element_to_be_clickable((By.CSS_SELECTOR, selector)))
    # A click by coordinates misses what is still unfolding.
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)


def requests(browser: Chrome) -> list[str]:
    """What the browser has sent since it was last asked, but for what the page itself forbade."""
    events: list[Any] = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = {event["params"]["requestId"]: event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    forbidden = {
        event["params"]["requestId"]
        for event in events
        if event["method"] == "Network.loadingFailed" and event["params"].get("blockedReason") == "csp"
    }
    return [url for request, url in sent.items() if request not in forbidden and urlsplit(url).scheme in {"http", "https", "ws", "wss"}]
