package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.report.page.SeenImages.PatchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ReportPagesTest {

  @TempDir private static Path folder;

  private static String html;
  private static String markdown;

  @BeforeAll
  static void write() throws IOException {
    SmallReport report = new SmallReport(folder, "http://example.invalid/x.png");
    String whole = Files.readString(report.html());
    PageAssets assets = PageAssets.of(ReportPages.class, "report.js");
    for (String asset : List.of(assets.style(), assets.charts(), assets.script())) {
      assertThat(whole).contains(asset);
      whole = whole.replace(asset, "");
    }
    html = whole;
    markdown = report.markdown();
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
  }

  @Test
  void noTextBecomesAnElement() {
    assertThat(found("<script[^>]*>", html)).containsExactly("<script>", "<script>");
    assertThat(found("</script", html)).hasSize(2);
    assertThat(found("<img", html)).isEmpty();
    assertThat(found("<!--", html)).isEmpty();
  }

  @Test
  void noTextLeavesItsAttribute() {
    assertThat(found("<[^>]*\\son\\w+\\s*=[^>]*>", html)).isEmpty();
    assertThat(found("(?:href|src)=\"(?!#|data:image/(?:png|jpeg);base64,)[^\"]*\"", html))
        .as("the page beside this one")
        .containsExactly("href=\"../run-reading/report/report.html\"");
  }

  @Test
  void noTextBecomesATemplate() {
    assertThat(html).contains("{{title}} {{{style}}} ${7*7}");
    assertThat(markdown).contains("{{title}} {{{style}}} ${7\\*7}");
  }

  /** Who prints a page in a terminal, or reads its source, sees what it says. */
  @Test
  void noTextObeysATerminalOrTurnsALine() {
    assertThat(found("[\\p{Cntrl}\\x80-\\x9f&&[^\\n\\t]]", html)).isEmpty();
    assertThat(found("[\\p{Cntrl}\\x80-\\x9f\\u202a-\\u202e&&[^\\n\\t]]", markdown)).isEmpty();
  }

  @Test
  void namesAndAnswersStayReadable() {
    assertThat(html)
        .contains("evil&lt;script&gt;document.body.dataset.pwned")
        .contains("image_corrupt: &lt;/script&gt;&lt;script&gt;");
  }

  @Test
  void picturesAreDrawnOnceAndMissingOnesNamed() {
    assertThat(found("<image id=\"picture-\\d+\"", html)).hasSize(2);
    assertThat(found("picture not available", html)).isNotEmpty();
    assertThat(found("<use href=\"#picture-\\d+\"", html).size()).isGreaterThan(2);
    assertThat(html).contains("Pictures are missing: Cannot read " + folder.resolve("gone"));
  }

  @Test
  void saysWhyAPictureIsShown() {
    assertThat(html)
        .contains("On average, the methods score 100 points lower than the baseline")
        .contains("mean score 0 % over all methods");
  }

  @Test
  void droppedPatchesAreCovered() {
    assertThat(html).contains(PatchPath.dropped(12, 12, List.of(0, 143)));
  }

  @Test
  void markdownTablesKeepTheirColumns() {
    List<String> wrong = new ArrayList<>();
    int columns = 0;
    for (String line : markdown.lines().toList()) {
      int bars = found("(?<!\\\\)(?:\\\\\\\\)*\\|", line).size();
      if (bars == 0) {
        columns = 0;
      } else if (columns == 0) {
        columns = bars;
      } else if (bars != columns) {
        wrong.add(line);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found("(?m)^# .*", markdown)).hasSize(1);
    assertThat(markdown).doesNotContain("<");
  }

  @Test
  void markdownKeepsFigureIntervalAndDifferenceApart() {
    assertThat(markdown)
        .containsPattern(
            "\\| \\d+\\.\\d \\(\\d+\\.\\d–\\d+\\.\\d; [−+]\\d+\\.\\d(?:\\\\\\*)?\\) \\|")
        .contains("| prumerge, minus evil");
  }

  @Test
  void emptyAnswersAreSaid() {
    assertThat(html).contains("<em class=\"said\">empty answer</em>");
    assertThat(markdown).contains("(empty answer): evil");
    assertThat(found("<bdi class=\"said\"></bdi>", html)).isEmpty();
  }

  /** Who reads a page has not seen what the command has printed. */
  @Test
  void saysWhyFiguresAreMissing() {
    assertThat(html)
        .contains(
            "<p class=\"warning\"><bdi><span class=\"whole\">pope/test:</span> no times on other"
                + " hardware: ");
    assertThat(markdown).contains("pope/test: no times on other hardware: ");
  }

  @Test
  void showsComparisonsAndWhatTheRunsCanShow() {
    assertThat(html)
        .contains("<section id=\"contrasts\">")
        .contains("minus evil&lt;script&gt;")
        .contains("Minimum detectable differences")
        .doesNotContain("Undecided answers");
    assertThat(markdown).contains("## Comparisons");
  }

  /** Two of POPE's settings ask the same about an image. */
  @Test
  void whatIsAskedAndAnsweredAgainIsShownOnce() {
    String card = "(?s)<article class=\"card\">.*?</article>";
    assertThat(found(card, html))
        .hasSizeGreaterThan(2)
        .allSatisfy(
            one ->
                assertThat(found("(?s)<p class=\"prompt\">.*?</ul>", one))
                    .isNotEmpty()
                    .doesNotHaveDuplicates());
  }

  /** Before all that every report compares. */
  @Test
  void whatWasAskedForStandsFirst() {
    assertThat(markdown.indexOf("| prumerge, minus evil"))
        .isGreaterThan(markdown.indexOf("## Asked for"))
        .isLessThan(markdown.indexOf("## Figures"));
    assertThat(markdown.substring(markdown.indexOf("## Comparisons")))
        .contains("| prumerge, minus none")
        .doesNotContain("minus evil");
    assertThat(html)
        .containsPattern("<main>\\s*<section id=\"asked\">")
        .contains("Which mark answers which question");
  }

  /** One of 22 answers is an error, more than a run may usually have. */
  @Test
  void whatWasAskedAndCameOfItStandsBeforeAllFigures() {
    assertThat(html)
        .contains("<dt>answered</dt><dd><bdi>21 of 22</bdi>")
        .contains(
            "<div class=\"alarming\"><dt>errors</dt><dd><bdi>1 (4.5 %)</bdi>",
            "<dt>undecided</dt><dd><bdi>",
            "<dt>start to end</dt><dd><bdi>0 s</bdi>",
            "1 of 22 answers is an error; errors count as wrong");
    assertThat(html.indexOf("class=\"alarming\"")).isLessThan(html.indexOf("class=\"verdict\""));
    assertThat(markdown)
        .contains("- errors: **1 (4.5 %)**")
        .contains("- questions asked: at least 8")
        .contains("; prumerge has no test against all tokens, so whether it differs is unknown")
        .containsPattern(
            " is not told apart from all tokens: with \\d+ questions in the headline figure ");
  }

  /** Of prumerge, which is wrong wherever the baseline is right. */
  @Test
  void bothPagesCountChangedVerdicts() {
    assertThat(markdown)
        .contains("\nChanged verdicts: of the questions that a method and none both answered")
        .containsPattern("\\| prumerge \\| pope test \\| \\d+ \\| [1-9]\\d* \\| 0 \\| 0\\.0 \\|");
    assertThat(html)
        .contains("<summary>Changed verdicts</summary>")
        .contains("<bdi>right to wrong</bdi>");
  }

  @Test
  void marksDifferencesWithinTheNoise() {
    List<String> marked =
        markdown.lines().filter(line -> line.contains("; within noise)")).toList();
    assertThat(marked).singleElement().asString().startsWith("| prumerge, minus evil");
    assertThat(markdown)
        .contains(
            "| prumerge | 0.0 (0.00 % of answers; 0.00 % of scores;"
                + " margin 0.250 where changed, 3.500 else) |");
    assertThat(html).contains("<summary>Noise: the same questions asked again</summary>");
  }

  /** The baseline alone was asked about the broken image. */
  @Test
  void saysWhenMethodsAnsweredDifferentQuestions() {
    String caveat =
        "over the 6 questions that both answered; 0 only the first, 1 only the second answered";

    assertThat(html).contains("prumerge minus none, POPE F1: " + caveat);
    assertThat(markdown).contains(caveat);
  }

  @Test
  void tellsTheTimesOfHardware() {
    assertThat(html).contains("On other hardware").contains("a100-80gb-sxm");
  }

  @Test
  void figuresOfOtherModelsAreFolded() {
    assertThat(html).containsPattern("<details>\\s*<summary>Published figures");
    assertThat(html).contains("IDEFICS-80B").contains("Not comparable");
    assertThat(markdown).doesNotContain("IDEFICS");
  }
}
