"""An editor at work in a browser: what no form sent by a test can show, the boxes that find rows and the rows that are added on the page."""

import shutil
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import Select, WebDriverWait

from cities.models import Jurisdiction
from policies.models import Plan
from publishing.models import Document
from tests.admin.pages import changing
from tests.admin.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

SECONDS = 20
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1200",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("the browser is skipped: no chromium and chromedriver were found")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(option)
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture
def page(browser, live_server):
    make_world(1)
    User.objects.create_superuser("editor", password="letmein")
    browser.get(f"{live_server.url}/admin/login/?next=/admin/policies/plan/add/")
    page = Page(browser)
    page.type("id_username", "editor")
    page.type("id_password", "letmein")
    page.click("[type=submit]")
    return page


class Page:
    """What an editor does on a page."""

    def __init__(self, browser):
        self.browser = browser

    def wait(self, condition):
        # Select boxes replace what they offer while one looks at it.
        return WebDriverWait(self.browser, SECONDS, ignored_exceptions=[StaleElementReferenceException]).until(condition)

    def see(self, selector):
        return self.wait(expected.visibility_of_element_located((By.CSS_SELECTOR, selector)))

    def click(self, selector):
        self.wait(expected.element_to_be_clickable((By.CSS_SELECTOR, selector))).click()

    def type(self, box, text):
        self.see(f"#{box}").send_keys(text)

    def choose(self, box, value):
        Select(self.see(f"#{box}")).select_by_value(value)

    def find(self, box, term, text):
        """Type into a box that finds rows, and take what it offers."""
        self.click(f"#{box} + .select2-container .select2-selection")
        self.see(".select2-container--open .select2-search__field").send_keys(term)
        offered = f"//li[contains(@class, 'select2-results__option') and text()='{text}']"
        self.wait(lambda browser: browser.find_element(By.XPATH, offered).click() or True)

    def texts(self, selector):
        return [element.text.replace("\n", "") for element in self.browser.find_elements(By.CSS_SELECTOR, selector)]

    @contextmanager
    def another_page(self):
        before = self.browser.find_element(By.TAG_NAME, "html")
        yield
        self.wait(expected.staleness_of(before))
        self.wait(lambda browser: browser.execute_script("return document.readyState") == "complete")


def fill_in_a_plan(page):
    page.type("id_id", "hangzhou-2030")
    page.type("id_name_en", "Hangzhou 2030")
    page.find("id_jurisdiction", "城市0", "City 0")
    page.choose("id_kind", "action_plan")
    page.choose("id_status", "issued")
    page.find("id_topics", "主题0", "Topic 0")
    page.find("id_sources", "公报", "公报")
    page.click("#events-group .add-row a")
    page.choose("id_events-0-kind", "published")
    page.type("id_events-0-date", "2025-03")
    page.click("#targets-group .add-row a")
    page.type("id_targets-0-id", "hangzhou-2030.compute")
    page.type("id_targets-0-statement", "Compute reaches 40 EFLOPS.")
    page.find("id_targets-0-indicator", "Indicator 0", "Indicator 0")
    page.choose("id_targets-0-comparator", "gte")
    page.type("id_targets-0-value", "40")
    page.find("id_targets-0-unit", "EFLOPS", "EFLOPS")
    page.find("id_targets-0-sources", "gazette", "公报")
    page.click("#measures-group .add-row a")
    page.type("id_measures-0-id", "hangzhou-2030.vouchers")
    page.type("id_measures-0-statement", "Vouchers pay for compute.")
    page.choose("id_measures-0-instrument", "voucher")
    page.find("id_measures-0-sources", "gazette", "公报")
    page.type("id_measures-0-terms-0-condition", "in general")
    page.type("id_measures-0-terms-0-rate_percent", "30")
    page.click("#measures-0 [data-add-part]")
    page.type("id_measures-0-terms-1-condition", "small firms")
    page.type("id_measures-0-terms-1-rate_percent", "50")


def test_an_editor_adds_a_plan_with_all_its_rows_and_follows_it_into_the_api(page):
    fill_in_a_plan(page)
    page.type("id_why", "Issued today.")
    with page.another_page():
        page.click("[name=_continue]")

    plan = Plan.objects.get(pk="hangzhou-2030")
    assert page.texts(".messagelist .success") == ["The plan “Hangzhou 2030” was added successfully. You may edit it again below."]
    assert page.see(".publication a").text == "/v1/plans/hangzhou-2030/"
    assert list(plan.topics.values_list("pk", flat=True)) == ["topic-0"]
    assert list(plan.events.values_list("kind", "date")) == [("published", "2025-03")]
    assert list(plan.targets.values_list("pk", "value", "unit", "indicator")) == [("hangzhou-2030.compute", Decimal(40), "EFLOPS", "indicator-0")]
    assert list(plan.measures.values_list("terms__position", "terms__condition", "terms__rate_percent").order_by("terms__position")) == [
        (1, "in general", Decimal(30)),
        (2, "small firms", Decimal(50)),
    ]
    assert Document.objects.get(resource="plans", record="hangzhou-2030").revision.comment == "Issued today."
    page.click("#revisions summary")
    assert [row.split()[-2:] for row in page.texts("#revisions tbody tr")] == [["Issued", "today."]]


def test_an_editor_reads_what_is_wrong_and_mends_it(page):
    fill_in_a_plan(page)
    page.see("#id_measures-0-terms-1-rate_percent").clear()
    page.type("id_measures-0-terms-1-rate_percent", "2000")
    page.see("#id_targets-0-value").clear()
    with page.another_page():
        page.click("[name=_continue]")

    assert page.texts(".errornote") == ["Please correct the errors below."]
    assert page.texts("#targets-0 .errorlist li") == ["An undisclosed or qualitative quantity has no value; any other has one."]
    assert page.texts("#measures-0 > .errorlist li") == ["Please correct the measure terms below."]
    assert page.texts("#measures-0 .parts .errorlist li") == ["Ensure this value is less than or equal to 1000."]
    assert page.texts("#targets-0 .field-sources .select2-selection__choice") == ["×公报"]
    assert not Plan.objects.filter(pk="hangzhou-2030").exists()

    page.type("id_targets-0-value", "40")
    page.see("#id_measures-0-terms-1-rate_percent").clear()
    page.type("id_measures-0-terms-1-rate_percent", "50")
    with page.another_page():
        page.click("[name=_continue]")

    assert page.see(".publication a").text == "/v1/plans/hangzhou-2030/"


def test_a_long_name_of_a_place_pushes_no_column_off_the_page(page, live_server):
    Jurisdiction.objects.filter(pk="city-0").update(name_en="Economic-Technological Development Area of " * 3)
    page.browser.set_window_size(1900, 1200)
    page.browser.get(f"{live_server.url}/admin/policies/plan/")

    width, room = page.browser.execute_script("const list = document.querySelector('.results'); return [list.scrollWidth, list.clientWidth]")

    page.browser.set_window_size(1400, 1200)
    assert width <= room


def test_a_sheet_that_is_taken_off_the_page_again_leaves_the_others_whole(page, live_server):
    """The rows that remain are renumbered, with the rows inside them."""
    plan = Plan.objects.get(pk="plan-0")
    page.browser.get(live_server.url + changing(plan))
    page.click("#measures-group .add-row a")
    page.type("id_measures-1-terms-0-condition", "nobody")
    page.click("#measures-group .add-row a")
    page.type("id_measures-2-id", "fund")
    page.type("id_measures-2-statement", "A fund invests.")
    page.choose("id_measures-2-instrument", "fund")
    page.find("id_measures-2-sources", "gazette", "公报")
    page.type("id_measures-2-terms-0-condition", "start-ups")
    page.click("#measures-1 .inline-deletelink")
    page.click("#measures-1 [data-add-part]")
    page.type("id_measures-1-terms-1-condition", "others")
    with page.another_page():
        page.click("[name=_continue]")

    assert page.texts(".errornote") == []
    assert list(plan.measures.values_list("pk", "terms__condition").order_by("pk", "terms__position")) == [
        ("plan-0.fund", "start-ups"),
        ("plan-0.fund", "others"),
        ("plan-0.measure-0", "Condition 1"),
    ]
