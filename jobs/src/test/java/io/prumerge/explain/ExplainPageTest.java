package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.cost.QuestionCost;
import io.prumerge.engine.Answer;
import io.prumerge.engine.AnswerTokens;
import io.prumerge.engine.AnswerWork;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.StageMillis;
import io.prumerge.explain.Explain.ExplainPage;
import io.prumerge.explain.ImageSection.MergeText;
import io.prumerge.image.Area;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class ExplainPageTest {

  private static final String HOSTILE =
      "</p></blockquote></style></title><script>alert(1)</script><img src=x onerror='alert(2)'> &"
          + " \"";

  private static final MethodChoice MERGING =
      Explanations.merging(
          new Merge(4, List.of(new Neighbour(0, 0.9f, 0.011f), new Neighbour(8, 0.8f, 0.25f))),
          new Merge(2, List.of(new Neighbour(0, 0.7f, 0.011f), new Neighbour(4, 0.6f, 0.5f))));

  private static Answer answer(String text, String error) {
    return Answer.builder(0, "prumerge")
        .text(text)
        .finishReason(error == null ? "eos" : null)
        .tokens(new AnswerTokens(null, 9, 3, 3, new int[] {4, 2}, 10, 2))
        .work(
            new AnswerWork(
                error == null ? new QuestionCost(1_000, 2_000, 3_000, 4_000_000_000L, 5_000) : null,
                0,
                123_456,
                new StageMillis(0, 0, 0, 0, 0, 0)))
        .error(error)
        .build();
  }

  private static ExplainedImage image(int number, List<ExplainedMethod> methods) {
    Explanation explanation =
        Explanations.of(
            7, 5, new int[] {9, 9, 9}, new Area(0, -1, 7, 7), 3, Explanations.scores(3, 4));
    return new ExplainedImage("file:/x/" + HOSTILE, number + "-x", "00", explanation, methods);
  }

  private static Document parsed(String page) throws Exception {
    byte[] xml = page.replace("<!DOCTYPE html>", "").getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml));
  }

  private static String page(Optional<String> prompt, List<ExplainedMethod> methods) {
    return ExplainPage.of(
        new ExplainSettings("mini", "cpu", "fp32", false, "pad", "raw", prompt),
        List.of(image(1, methods), image(2, methods)));
  }

  @Test
  void hostileTextStaysText() throws Exception {
    String page =
        page(
            Optional.of(HOSTILE),
            List.of(
                new ExplainedMethod(MERGING, 1, 2, 3, Optional.of(answer(HOSTILE, null))),
                new ExplainedMethod(
                    Explanations.keeping(1, 5), 1, 0, 3, Optional.of(answer(null, HOSTILE)))));
    Document document = parsed(page);

    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("img").getLength()).isZero();
    assertThat(document.getElementsByTagName("blockquote").item(0).getTextContent())
        .isEqualTo(HOSTILE);
    assertThat(document.getElementsByTagName("section").item(0).getTextContent())
        .contains("file:/x/" + HOSTILE);
    assertThat(page).doesNotContain("<script").doesNotContain("<img");
  }

  @Test
  void anEmptyAnswerIsSaid() throws Exception {
    ExplainedMethod silent = new ExplainedMethod(MERGING, 1, 2, 3, Optional.of(answer("", null)));
    Document document = parsed(page(Optional.of("What?"), List.of(silent)));

    assertThat(document.getElementsByTagName("blockquote").item(0).getTextContent())
        .isEqualTo("empty answer");
    assertThat(ExplainTable.lines(image(1, List.of(silent))))
        .anyMatch(line -> line.contains("(empty answer)"));
  }

  @Test
  void refersToNothingOutsideItself() throws Exception {
    String page =
        page(Optional.empty(), List.of(new ExplainedMethod(MERGING, 1, 2, 3, Optional.empty())));
    Document document = parsed(page);

    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("url(")
        .doesNotContain("@import");
    NodeList uses = document.getElementsByTagName("use");
    NodeList pictures = document.getElementsByTagName("image");
    assertThat(pictures.getLength()).as("one per image").isEqualTo(2);
    for (int i = 0; i < uses.getLength(); i++) {
      assertThat(uses.item(i).getAttributes().getNamedItem("href").getNodeValue())
          .isIn("#picture-1-x", "#picture-2-x");
    }
    assertThat(document.getElementsByTagName("blockquote").getLength()).isZero();
    assertThat(page).contains("Without a question");
  }

  private static final MethodChoice MEANS =
      Explanations.merging(
          new Merge(
              OptionalInt.empty(), 0, List.of(new Neighbour(0, 0.5f), new Neighbour(1, 0.5f))),
          new Merge(4, List.of()),
          new Merge(OptionalInt.of(8), 0.75f, List.of(new Neighbour(1, 0.25f))));

  @Test
  void tokensWithoutAPatchOfTheirOwnAreDrawn() throws Exception {
    ExplainedMethod means = new ExplainedMethod(MEANS, 1, 2, 3, Optional.empty());
    Document document = parsed(page(Optional.empty(), List.of(means)));
    PatchMap map = PatchMap.whole(image(1, List.of()).explanation());

    assertThat(MergeText.lines(map, MEANS).get(0))
        .isEqualTo(
            "2 of the 3 tokens are weighted sums, of 2 patches. 1 patches are"
                + " merged into one token, 1 into several, 5 into none.");
    assertThat(MergeText.caption(map, MEANS.merges().get(0), 1)).isEqualTo("1: merged weight 1");
    assertThat(document.getElementsByTagName("summary").item(0).getTextContent())
        .isEqualTo("Each of the 2 merged tokens");
    assertThat(MergeDrawing.clusters(MEANS.merges())).isEqualTo(Map.of(0, 0, 1, 0));
  }

  @Test
  void countsWhatIsMerged() {
    PatchMap map = PatchMap.whole(image(1, List.of()).explanation());

    assertThat(MergeText.lines(map, MERGING))
        .hasSize(2)
        .first()
        .asString()
        .contains(
            "2 most similar", "2 patches are merged into one", "1 into several", "5 into none");
    assertThat(MergeText.lines(map, MERGING).get(1))
        .contains("the 7 dropped patches", "add up to 0.073"); // 7 x 0.01 + 30 x 0.0001
    assertThat(MergeText.caption(map, MERGING.merges().get(0), 1))
        .isEqualTo("1: attention 0.5, merged weight 0.26");
    assertThat(MergeText.neighbours(map, MERGING.merges().get(0)))
        .isEqualTo("1.1 × 0.011, 3.3 × 0.25");
  }

  @Test
  void numbersAreReadable() {
    assertThat(InvariantNumbers.digits(0.00123456, 3)).isEqualTo("0.00123");
    assertThat(InvariantNumbers.digits(123456, 3)).isEqualTo("123000");
    assertThat(InvariantNumbers.digits(0, 3)).isEqualTo("0");
    assertThat(InvariantNumbers.digits(0.0000012, 2)).isEqualTo("0.0000012");
    assertThat(InvariantNumbers.digits(1.26e-20, 2)).isEqualTo("1.3e-20");
    assertThat(InvariantNumbers.digits(1, 2)).isEqualTo("1");
    assertThat(InvariantNumbers.coordinate(100)).isEqualTo("100");
    assertThat(InvariantNumbers.coordinate(-0.125)).isEqualTo("-0.13");
    assertThat(InvariantNumbers.coordinate(0.001)).isEqualTo("0");
    assertThat(InvariantNumbers.percent(0.104166)).isEqualTo("10.4 %");
  }
}
