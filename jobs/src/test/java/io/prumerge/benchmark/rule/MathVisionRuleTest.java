package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what MATH-Vision's own code (cc80421) makes of the same answers. */
class MathVisionRuleTest {

  private static final MathVisionRule RULE = new MathVisionRule();

  private static JsonNode read(String name) throws IOException {
    try (InputStream in =
        MathVisionRuleTest.class.getResourceAsStream("/goldens/rules/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Reference open(String truth) {
    return reference(truth, List.of());
  }

  private static Reference reference(String truth, List<String> options) {
    return new Reference("", "", List.of(truth), options, Map.of());
  }

  /** Returns a reference whose right option has a text; no options without one. */
  private static Reference reference(String truth, String option) {
    if (option.isEmpty()) {
      return open(truth);
    }
    List<String> options = new ArrayList<>(Collections.nCopies(5, "other"));
    options.set(truth.charAt(0) - 'A', option);
    return reference(truth, options);
  }

  @Test
  void scoresAsTheOfficialCode() throws IOException {
    JsonNode vectors = read("mathvision_vectors");
    assertThat(vectors).hasSize(40);
    for (JsonNode vector : vectors) {
      Score score =
          RULE.score(
              vector.get("answer").textValue(),
              reference(vector.get("truth").textValue(), vector.get("option_text").textValue()));
      assertThat(score.parsed()).as("%s", vector).isEqualTo(vector.get("extracted").textValue());
      assertThat(score.value()).as("%s", vector).isEqualTo(vector.get("right").asBoolean() ? 1 : 0);
      assertThat(score.unparsed()).as("%s", vector).isEqualTo(score.parsed().isEmpty());
    }
  }

  /** Texts of random parts, with what the official code extracts. */
  @Test
  void extractsAsTheOfficialCode() throws IOException {
    JsonNode extractions = read("mathvision_extractions");
    assertThat(extractions).hasSize(400);
    for (JsonNode one : extractions) {
      assertThat(MathVisionAnswer.extract(one.get(0).textValue()))
          .as("%s", one)
          .isEqualTo(one.get(1).textValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'(1,2)', '(1.0, 2.000)', 1",
    "'(1,2)', '(1,4/2)', 0", // 2.0 is another text than 2
    "'(1,2)', '[1,2]', 0",
    "'[1,2]', '[1,2.0]', 1",
    "'[1,2]', '[1,x]', 0",
    "'(1,x)', '(1,x)', 1",
    "'(1,x)', '(1.0,x)', 0",
    "'(a,2)', '(a, 2.0)', 1",
    "'(-\\infty,2)', '(-\\infty,2.0)', 1",
    "'(0.5,1)', '(\\frac{1}{2}, 1)', 1",
    "'(-0.001,1)', '(0.0,1)', 0", // -0.0 is another text than 0
    "'(5)', 5, 1",
    "'(1,)', '(1,)', 1",
    "'(1,)', '(1.0,)', 0",
  })
  void tuplesAndListsAreComparedByElement(String truth, String answer, double expected) {
    assertThat(RULE.score(answer, open(truth)).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "B, 1",
    "(b), 1",
    "12, 1",
    "12.004, 1",
    "12.0049, 1",
    "12.005, 0",
    "A, 0",
    "7, 0",
    "twelve, 0",
    "\\boxed{\\frac{24}{2}}, 1",
    "I, 0",
  })
  void theRightOptionsLetterTextAndNumberAreRight(String answer, double expected) {
    assertThat(RULE.score(answer, reference("B", List.of("7", "$12$", "x", "y", "z"))).value())
        .isEqualTo(expected);
  }

  @Test
  void namesALetterThatIsNoOption() {
    assertThat(RULE.problem(open("B"))).isEmpty();
    assertThat(RULE.problem(reference("B", List.of("1", "2")))).isEmpty();
    for (String truth : List.of("C", "b", "", "2")) {
      assertThat(RULE.problem(reference(truth, List.of("1", "2"))))
          .contains("is no letter of an option: '" + truth + "', of [1, 2]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(", "{", "\\boxed{", "boxed{}", "}", "\\frac", "\\sqrt", "\\sqrt1\\frac", "9", "9,", "(9,",
            "9^9",
        "the answer is ", "The final answer is", "is ", "=", "\\approx", ".", ":", " ", "\n", "\\",
            "/", "-",
        "\\left\\right", "A.", "(a)", "\ud800", "\udc00\ud800", "1!", "{.", "kkmm", "^\\circ",
            "0.5",
      })
  void hostileTextsAreScoredInTime(String part) {
    for (int length : new int[] {20_000, ProcessorTime.LONG}) {
      String text = part.repeat(length / part.length());
      for (String answer : List.of(text, "is " + text + "x", "\\boxed{(" + text + "9)}")) {
        assertThatCode(
                () ->
                    ProcessorTime.requireLittle(
                        () -> RULE.score(answer, reference("A", List.of("7", "8")))))
            .doesNotThrowAnyException();
      }
    }
  }
}
