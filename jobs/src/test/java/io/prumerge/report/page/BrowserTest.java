package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A report full of hostile texts in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("spark")
@Tag("process")
class BrowserTest {

  /** Names the places of a page where a line ends within a part of a name; empty without one. */
  private static final String BROKEN =
      """
      (() => {
        const parts = '%s'.split(/(?<=[:,])/);
        const ends = parts.map((_, i) => parts.slice(0, i + 1).join('').length);
        const broken = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        let found = 0;
        while (walker.nextNode()) {
          const node = walker.currentNode;
          const parent = node.parentElement;
          for (const part of parent.closest('svg, script, style, code, #data, option') ? [] : parts) {
            for (let at = node.data.indexOf(part); at >= 0; at = node.data.indexOf(part, at + 1)) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + part.length);
              const tops = [...range.getClientRects()].map((line) => Math.round(line.top));
              found += tops.length > 0;
              if (new Set(tops).size > 1) {
                broken.push(part + ' of ' + parent.closest('[class]').className);
              }
            }
          }
        }
        const name = parts.join('');
        for (const text of document.querySelectorAll('.chart text')) {
          const line = text.textContent.trim(); // one that is cut ends in dots
          const at = line.length < 4 ? -1 : name.indexOf(line);
          if (at >= 0) {
            found++;
            const after = name.slice(at + line.length, at + line.length + 1);
            const end = at + line.length + /[:,]/.test(after);
            if (at > 0 && !ends.includes(at) || !ends.includes(end)) {
              broken.push(line + ' in ' + text.closest('.chart').id);
            }
          }
        }
        return (found < 20 ? ['only ' + found + ' parts were seen'] : broken).join('; ');
      })()\
      """;

  private static final String NAME = "sparse-vlm:layer=2,share-of=12.5%,tokens=@prumerge";

  @TempDir private static Path folder;

  private final List<String> hits = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private Chromium browser;
  private URI page;
  private String address;

  @BeforeAll
  void start() throws Exception {
    if (Chromium.executable().isEmpty()) {
      return;
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          hits.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    address = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
    page = new SmallReport(folder.resolve("run"), address + "/x.png", NAME).html().toUri();
    browser = Chromium.start(Chromium.executable().orElseThrow(), folder.resolve("profile"));
    browser.look(1200, 900, false, "light");
    browser.open(page);
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
    }
    if (server != null) {
      server.stop(0);
    }
  }

  private int number(String expression) throws Exception {
    return Integer.parseInt(browser.evaluate(expression));
  }

  @Test
  void drawsChartsWithoutAComplaintOrARequest() throws Exception {
    int charts = number("document.querySelectorAll('.chart').length");

    assertThat(charts).isEqualTo(10);
    assertThat(number("document.querySelectorAll('.chart svg').length")).isEqualTo(charts);
    for (String chart : List.of("over-tokens", "over-time", "saved")) {
      assertThat(number("document.querySelectorAll('#%s path').length".formatted(chart)))
          .as(chart)
          .isGreaterThan(5);
    }
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests()).allMatch(url -> url.startsWith("data:image/"));
    assertThat(hits).doesNotContain("/x.png");
  }

  @Test
  void theBoardShowsABaselineThatNoMethodReaches() throws Exception {
    String far =
        Files.readString(Path.of(page))
            .replaceAll("(?<end>&quot;(low|value|high)&quot;:)[0-9.]+", "${end}50");
    try {
      browser.open(Files.writeString(folder.resolve("far.html"), far).toUri());

      assertThat(number("document.querySelectorAll('#board path[stroke-dasharray]').length"))
          .isEqualTo(1);
    } finally {
      browser.open(page);
    }
  }

  @Test
  void hostileTextsStayTexts() throws Exception {
    assertThat(browser.evaluate("document.body.dataset.pwned")).isEmpty();
    assertThat(number("document.querySelectorAll('img').length")).isZero();
    assertThat(number("document.scripts.length")).isEqualTo(2);
    assertThat(
            browser.evaluate(
                "[...document.querySelectorAll('.said')].some(said =>"
                    + " said.textContent.startsWith('no </script><script>'))"))
        .isEqualTo("true");
    assertThat(
            number(
                "[...document.querySelectorAll('*')].filter(e => e.getAttributeNames().some(a =>"
                    + " a.startsWith('on'))).length"))
        .isZero();
  }

  @Test
  void sortsTables() throws Exception {
    String tokens =
        "[...document.querySelectorAll('#figures table.sortable')[0].tBodies[0].rows].map(row =>"
            + " row.cells[1].dataset.sort).join(' ')";
    String click = "document.querySelectorAll('#figures thead button')[1].click()";

    browser.evaluate(click);
    assertThat(browser.evaluate(tokens)).isEqualTo("144.0 2.0 1.0");
    browser.evaluate(click);
    assertThat(browser.evaluate(tokens)).isEqualTo("1.0 2.0 144.0");
  }

  @Test
  void fitsAPhoneInTheDark() throws Exception {
    browser.look(390, 844, true, "dark");
    try {
      assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(20, 24, 29)");
    } finally {
      browser.look(1200, 900, false, "light");
    }
  }

  /** The figure that sums up a method is seen before anything is scrolled. */
  @Test
  void retentionIsInSightOfASmallWindow() throws Exception {
    browser.look(700, 900, false, "light");
    try {
      String column =
          "(() => { const table = document.querySelector('#figures table'); const head ="
              + " [...table.tHead.rows[0].cells].find(cell => cell.textContent === 'retention %');"
              + " return Math.round(table.parentElement.getBoundingClientRect().right -"
              + " head.getBoundingClientRect().right); })()";

      assertThat(number(column)).isNotNegative();
    } finally {
      browser.look(1200, 900, false, "light");
    }
  }

  /** Names end a line where a parameter does, in tables, cards, examples and charts. */
  @Test
  void namesAreBrokenNowhereElse() throws Exception {
    try {
      for (int width : List.of(390, 700, 1280)) {
        browser.look(width, 900, width < 700, "light");
        browser.open(page);

        assertThat(number("document.querySelectorAll('.chart text').length")).isGreaterThan(50);
        assertThat(browser.evaluate(BROKEN.formatted(NAME))).as(width + " pixels").isEmpty();
        assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
      }
    } finally {
      browser.look(1200, 900, false, "light");
      browser.open(page);
    }
  }

  /** Checks that the harness detects a misbehaving page. */
  @Test
  void aPageThatMisbehavesIsCaught() throws Exception {
    Path bad =
        Files.writeString(
            folder.resolve("bad.html"),
            "<!doctype html><body><img src=\"%s\"><script>document.body.dataset.pwned=1; undefined.x</script>"
                .formatted(address + "/bad.png"));
    try (Chromium other =
        Chromium.start(Chromium.executable().orElseThrow(), folder.resolve("other"))) {
      other.open(bad.toUri());

      assertThat(other.evaluate("document.body.dataset.pwned")).isEqualTo("1");
      assertThat(other.requests()).contains(address + "/bad.png");
      assertThat(other.complaints()).isNotEmpty();
      assertThat(hits).contains("/bad.png");
    }
  }
}
