package io.prumerge.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadRows;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.report.page.Chromium;
import io.prumerge.report.page.PageAssets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadPageTest {

  private static final String HOSTILE = "<script>alert(1)</script>\"' onload=x {{policy}}";

  /** Returns three points of two servers, one of them from a cache, and two rates. */
  static LoadReport report() {
    List<LoadRow> rows = new ArrayList<>();
    for (int concurrency : new int[] {1, 4, 16}) {
      rows.addAll(MadeServers.none(concurrency));
      rows.addAll(MadeServers.pruned(concurrency));
    }
    rows.set(
        rows.size() - 100,
        new LoadRows.Request(rows.get(rows.size() - 1).series(), 300)
            .sent(5000, 5000)
            .answered(5060)
            .tokens(144, 16, 3)
            .says("no", 0)
            .row());
    for (double rate : new double[] {2.5, 5}) {
      LoadPattern pattern = LoadPattern.open(rate, 1, OptionalInt.empty());
      rows.addAll(MadeServers.open("none", pattern, 100, 576));
      rows.addAll(MadeServers.open("pruned", pattern, 60, 144));
    }
    return LoadReport.of(rows, Optional.of(GoodputLimits.parse(List.of("e2el:300"))), "none");
  }

  /** Returns a page without its style and scripts. */
  private static String texts(String page) {
    PageAssets assets = PageAssets.of(LoadPage.class, "load.js");
    String texts = page;
    for (String asset : List.of(assets.style(), assets.charts(), assets.script())) {
      assertThat(texts).contains(asset);
      texts = texts.replace(asset, "");
    }
    return texts;
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void thePageSaysWhatIsToldAndWhatIsNot() {
    String page = texts(LoadPage.html(report()));

    assertThat(page)
        .contains("At 4 in flight pruned answers 1.")
        .contains("<p class=\"verdict\"><bdi>At 4 in flight pruned answers 1.")
        .contains("At 16 in flight pruned is not compared with none: pruned answered from a cache.")
        .contains("Noise of pruned: ")
        .contains("Cached: the server had prompt tokens of 1 of 320 answers in its cache")
        .contains("id=\"quality\"", "id=\"concurrency\"", "id=\"rate\"");
    assertThat(found("<tr>", page)).as("the header and ten points").hasSize(11);
  }

  @Test
  void chartsWithoutFiguresHaveNoPlace() {
    String page = texts(LoadPage.html(LoadReport.of(MadeServers.both(), Optional.empty(), "none")));

    assertThat(page).contains("id=\"concurrency\"").doesNotContain("id=\"rate\"");
  }

  /** Names are the user's, answers a server's. */
  @Test
  void noNameBecomesMarkup() {
    List<LoadRow> rows = new ArrayList<>(MadeServers.none(4));
    rows.addAll(MadeServers.server(HOSTILE, 4, 60, 144, 0.9));
    String page = texts(LoadPage.html(LoadReport.of(rows, Optional.empty(), "none")));

    assertThat(found("<script[^>]*>", page)).containsExactly("<script>", "<script>");
    assertThat(found("</script", page)).hasSize(2);
    assertThat(found("<[^>]*\\son\\w+\\s*=[^>]*>", page)).isEmpty();
    assertThat(page).contains("{{policy}}");
  }

  @Test
  @Tag("slow")
  void aBrowserDrawsAllChartsAndAsksForNothing(@TempDir Path folder) throws Exception {
    Chromium.needed();
    Path file = Files.writeString(folder.resolve(LoadPage.FILE), LoadPage.html(report()));
    try (Chromium chromium =
        Chromium.start(Chromium.executable().orElseThrow(), folder.resolve("profile"))) {
      chromium.open(file.toUri());
      assertThat(chromium.evaluate("document.querySelectorAll('.chart svg').length"))
          .isEqualTo("3");
      assertThat(
              chromium.evaluate(
                  "document.querySelectorAll('#quality svg path').length > 6 ? 'drawn' : ''"))
          .isEqualTo("drawn");
      assertThat(chromium.complaints()).isEmpty();
      assertThat(chromium.requests()).isEmpty();
    }
  }
}
