package io.prumerge.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.report.page.Chromium;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The viewer's pages in a real browser, over a run with hostile texts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("process")
class ViewBrowserTest {

  private static final String PWN = "document.body.dataset.pwned=1";
  private static final String HOSTILE =
      "</script><script>" + PWN + "</script><img src=x onerror=\"" + PWN + "\">\" onload=\"" + PWN;

  private static final int PATIENCE = 4_800;

  /** Whether some elements are within the sides of the window. */
  private static final String IN_SIGHT =
      """
      (() => {
        const places = [...document.querySelectorAll('%s')].map((one) => one.getBoundingClientRect());
        return places.length > 0
            && places.every(({ left, right, height }) => height > 0 && left >= 0 && right <= innerWidth);
      })()\
      """;

  @TempDir private static Path folder;

  private Viewer viewer;
  private ViewServer server;
  private Chromium browser;

  @BeforeAll
  void start() throws Exception {
    if (Chromium.executable().isEmpty()) {
      return;
    }
    WrittenRun written =
        new WrittenRun(folder, new WrittenRun.Names(HOSTILE, "pope", HOSTILE, HOSTILE));
    for (int i = 0; i < 60; i++) {
      String id = String.format(Locale.ROOT, "q%02d", i);
      written
          .answer(id, "Is it " + i + "?", "none", "yes", 144)
          .answer(id, "Is it " + i + "?", "prumerge", i == 7 ? "no" : "yes", 2);
    }
    written
        .answer("a" + HOSTILE, HOSTILE, "none", HOSTILE, 144)
        .answer("a" + HOSTILE, HOSTILE, "prumerge", "x".repeat(100_000), 2);
    Path run = written.write();
    viewer = OpenViewer.of(run.toString());
    server = ViewServer.start(viewer, "127.0.0.1", 0);
    browser = Chromium.start(Chromium.executable().orElseThrow(), folder.resolve("profile"));
    browser.look(1280, 900, false, "light");
  }

  /** Skips each test, because test reports do not count the tests of a skipped class. */
  @BeforeEach
  void needsChromium() {
    Chromium.needed();
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
      server.close();
      viewer.close();
    }
  }

  private void open(String page) throws Exception {
    browser.open(server.address(page));
    until(
        "document.querySelectorAll('.tabulator-row, .answers tbody tr').length > 0"
            + " && document.getElementById('count')?.textContent !== '…'");
  }

  private void until(String condition) throws Exception {
    for (int i = 0; i < PATIENCE; i++) {
      if (isTrue("document.readyState === 'complete' && (" + condition + ")")) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("never: " + condition + ": " + browser.complaints());
  }

  private boolean isTrue(String expression) throws Exception {
    try {
      return browser.evaluate(expression).equals("true");
    } catch (IOException e) {
      return false; // the page goes away while it is asked
    }
  }

  private void press(String key) throws Exception {
    browser.evaluate(
        "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {key: '"
            + key
            + "', bubbles: true}))");
  }

  private String heading() throws Exception {
    return browser.evaluate("document.querySelector('h1').textContent");
  }

  @Test
  void findsWhereOneMethodIsRightAndAnotherWrong() throws Exception {
    open("");
    assertThat(browser.evaluate("document.getElementById('count').textContent")).isEqualTo("61");
    browser.evaluate("document.forms[0].elements.right.value = 'none'");
    browser.evaluate("document.forms[0].elements.wrong.value = 'prumerge'");
    browser.evaluate("document.forms[0].requestSubmit()");
    until("document.getElementById('count')?.textContent === '1'");

    assertThat(browser.evaluate("location.search")).isEqualTo("?right=none&wrong=prumerge");
    press("j");
    browser.evaluate("document.activeElement.click()");
    until("document.querySelectorAll('.answers tbody tr').length > 0");

    assertThat(heading()).isEqualTo("Is it 7?");
    assertThat(browser.evaluate("document.querySelector('.wrong th').textContent"))
        .isEqualTo("prumerge");
    assertThat(browser.evaluate("document.querySelectorAll('.tiles svg').length")).isEqualTo("2");
    press("2");
    assertThat(browser.evaluate("document.getElementById('shown').textContent"))
        .isEqualTo("prumerge");
    assertThat(browser.evaluate("document.querySelector('#large path').getAttribute('d')"))
        .startsWith("M1 0h11v1h-11z");
    assertThat(browser.evaluate("location.hash")).isEqualTo("#2");
    press("u");
    until("document.querySelectorAll('.tabulator-row').length === 1");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void stepsByKeys() throws Exception {
    open("question?text=is+it&at.benchmark=pope&at.split=test&at.id=q00");
    press("j");
    until("document.querySelector('h1')?.textContent === 'Is it 1?'");
    press("k");
    until("document.querySelector('h1')?.textContent === 'Is it 0?'");
  }

  @Test
  void turnsPagesAndSorts() throws Exception {
    open("");
    press("n");
    until(
        "location.search.includes('page=after') && document.querySelectorAll('.tabulator-row').length === 11");
    open("?sort=right");
    until(
        "document.querySelector('.tabulator-col[tabulator-field=right]').ariaSort === 'ascending'");
    browser.evaluate("document.querySelector('.tabulator-col[tabulator-field=right]').click()");
    until("location.search === '?sort=-right'");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void hostileTextsStayTexts() throws Exception {
    for (String page :
        List.of(
            "?text=pwned",
            "question?at.benchmark=pope&at.split=test&at.id=a"
                + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8))) {
      open(page);

      assertThat(browser.evaluate("document.body.dataset.pwned")).isEmpty();
      assertThat(browser.evaluate("document.body.textContent.includes('onerror=')"))
          .isEqualTo("true");
      assertThat(browser.evaluate("document.querySelectorAll('img').length")).isEqualTo("0");
    }
    String home = server.address("").resolve("/").toString();
    assertThat(browser.requests()).allMatch(url -> url.startsWith(home));
    assertThat(browser.complaints()).isEmpty();
  }

  /** Below each question: there is no room for columns. */
  @Test
  void aTelephoneShowsAnswersAndMarks() throws Exception {
    browser.look(390, 844, true, "light");
    try {
      open("?right=none&wrong=prumerge");
      assertThat(browser.evaluate("document.querySelector('.tabulator-row').innerText"))
          .contains("none\n", "✓ yes", "prumerge\n", "✗ no", "✓✗", "1 of 2 right");
      assertThat(browser.evaluate(IN_SIGHT.formatted(".tabulator-row .below .mark")))
          .isEqualTo("true");

      open("question?at.benchmark=pope&at.split=test&at.id=q07");
      assertThat(browser.evaluate(IN_SIGHT.formatted(".answers .mark"))).isEqualTo("true");
      assertThat(browser.evaluate(IN_SIGHT.formatted(".answers .said:first-child bdi")))
          .isEqualTo("true");
      assertThat(browser.complaints()).isEmpty();
    } finally {
      browser.look(1280, 900, false, "light");
    }
  }

  @Test
  void fitsASmallWindowInTheDark() throws Exception {
    browser.look(390, 844, true, "dark");
    try {
      for (String page : List.of("", "question?at.benchmark=pope&at.split=test&at.id=q07")) {
        open(page);
        assertThat(browser.evaluate("document.documentElement.scrollWidth")).isEqualTo("390");
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
            .isEqualTo("rgb(20, 24, 29)");
      }
    } finally {
      browser.look(1280, 900, false, "light");
    }
  }
}
