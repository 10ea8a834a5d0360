package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.text.PythonFloat;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MmmuOpenRuleTest {

  private static ProfileRule rule(Map<String, Object> settings) {
    return MmmuOpenRule.of(new RuleSettings(settings));
  }

  private static Score score(Map<String, Object> settings, String answer, List<String> truths) {
    return rule(settings).score(answer, RuleVectors.reference(truths, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "official, false, official",
    "lmms-eval, false, lmms_fixed",
    "lmms-eval, true, lmms_75571cf",
    "vlmevalkit, false, vlmevalkit",
  })
  void scoresAreThoseOfEachCode(String parser, boolean characters, String column)
      throws IOException {
    Map<String, Object> settings = Map.of("parser", parser, "compare_characters", characters);
    int compared = 0;
    for (JsonNode one : RuleVectors.read("mmmu_open_vectors")) {
      List<String> truths = RuleVectors.texts(one.get("truth"));
      boolean refused =
          rule(settings).problem(RuleVectors.reference(truths, List.of())).isPresent();
      assertThat(refused).as(one.toString()).isEqualTo(truths.contains(""));
      if (!refused) {
        compared++;
        assertThat(score(settings, one.get("answer").textValue(), truths).value())
            .as(one.toString())
            .isEqualTo(one.get(column).booleanValue() ? 1 : 0);
      }
    }
    assertThat(compared).as("all but the one with an empty truth").isEqualTo(34);
  }

  @Test
  void candidatesAreTheOfficialOnes() throws IOException {
    for (JsonNode one : RuleVectors.read("mmmu_open_vectors")) {
      MmmuCandidates candidates = MmmuCandidates.read(one.get("answer").textValue());
      List<String> written = new ArrayList<>(candidates.texts());
      candidates.numbers().forEach(number -> written.add(PythonFloat.repr(number)));
      assertThat(written)
          .as(one.toString())
          .containsExactlyInAnyOrderElementsOf(RuleVectors.texts(one.get("parsed")));
    }
  }

  @Test
  void onlyAnEmptyAnswerIsUnparsed() {
    assertThat(score(Map.of(), "", List.of("5")).unparsed()).isTrue();
    Score parsed = score(Map.of(), "It is 5 cm", List.of("5"));
    assertThat(parsed.unparsed()).isFalse();
    assertThat(parsed.parsed()).isEqualTo("5 cm | 5.0");
    assertThat(score(Map.of("parser", "vlmevalkit"), "who knows", List.of("5")).unparsed())
        .isTrue();
  }

  @Test
  void aLetterIsARightAnswerOfItsOwnForVlmEvalKit() {
    Map<String, Object> settings = Map.of("parser", "vlmevalkit");
    assertThat(score(settings, "B", List.of("B")).value()).isEqualTo(1);
    assertThat(score(settings, "A", List.of("B")).value()).isZero();
    assertThat(score(settings, "A", List.of("7")).value()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "thus 7 is \\nit, 7, 1", // the end after the last word is empty: that after the next one counts
    "x = 3 \\ny = 4, 4, 1",
    "x = 3 \\ny = 4, 3, 0", // an equation counts in the last line alone
    "it is 1_000, 1000, 1",
    "it is ٣, 3, 1",
    "it is inf, Infinity, 1",
    "it is nan, nan, 0",
    "0.125, 0.12, 1", // to even
    "0.375, 0.38, 1",
    "-0.001, 0, 1",
    "therefore 2.675, 2.67, 1",
  })
  void followsPythonAtTheEdges(String answer, String truth, double expected) {
    assertThat(score(Map.of(), answer.replace("\\n", "\n"), List.of(truth)).value())
        .isEqualTo(expected);
  }

  @Test
  void numbersAreThoseOfThePatternsThatTheCodeHas() {
    List<Pattern> patterns =
        Stream.of(
                "-?\\b\\d{1,3}(?:,\\d{3})+\\b",
                "-?\\d+(?:\\.\\d+)?[eE][+-]?\\d+",
                "-?(?:\\d+\\.\\d+|\\.\\d+|\\d+\\b)(?![eE][+-]?\\d+)(?![,\\d])")
            .map(Pattern::compile)
            .toList();
    Random random = new Random(5);
    for (int i = 0; i < 50_000; i++) {
      String text =
          random
              .ints(random.nextInt(14), 0, 20)
              .mapToObj(c -> "0123450000,,..--e+x_".substring(c, c + 1))
              .collect(Collectors.joining());
      Set<Double> slow =
          patterns.stream()
              .flatMap(pattern -> pattern.matcher(text).results())
              .map(found -> Double.parseDouble(found.group().replace(",", "")))
              .filter(Double::isFinite)
              .map(number -> new BigDecimal(number).setScale(2, RoundingMode.HALF_EVEN))
              .map(number -> number.doubleValue() + 0.0) // no negative zero
              .collect(Collectors.toCollection(TreeSet::new));
      Set<Double> fast = new TreeSet<>();
      String inBrackets = "(" + text + ")"; // so that the whole answer is no number
      MmmuCandidates.read(inBrackets).numbers().stream()
          .filter(Double::isFinite)
          .forEach(number -> fast.add(number + 0.0));
      assertThat(fast).as(text).isEqualTo(slow);
    }
  }

  private static Stream<String> hostile() {
    int length = ProcessorTime.LONG;
    return Stream.concat(
        Stream.of(
                "1",
                "9,",
                "1,000,",
                "000,",
                "1e",
                "1.",
                ".1",
                "-",
                "is ",
                "=",
                "\n",
                "is 7\n",
                "(",
                "1_",
                "1__",
                "e5 ",
                "1 ",
                "1e-300 ",
                "\ud835\udfce,000,",
                "\ud800",
                "answer ")
            .map(part -> part.repeat(length / part.length())),
        Stream.of(
            "9".repeat(length) + "x",
            "9".repeat(length) + ",",
            "9".repeat(length) + "ee",
            "1_".repeat(length / 2) + "_1",
            "1" + ",000".repeat(length / 4) + "0",
            IntStream.range(0, 100_000).mapToObj(i -> i + "e-299").collect(Collectors.joining(" ")),
            IntStream.range(0, 100_000).mapToObj(i -> "is " + i).collect(Collectors.joining("\n")),
            ("is " + "9".repeat(1000) + "x\n").repeat(1000)));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileTextsAreScoredInTime(String text) {
    for (String parser : Arrays.asList("official", "vlmevalkit")) {
      ProcessorTime.requireLittle(() -> score(Map.of("parser", parser), text, List.of("5", "no")));
    }
  }

  @Test
  void refusesTheFaultOfAnotherParser() {
    assertThatThrownBy(() -> rule(Map.of("compare_characters", true)))
        .hasMessage("compare_characters needs the parser lmms-eval");
    assertThatThrownBy(() -> rule(Map.of("parser", "lmms")))
        .hasMessageContaining("did you mean lmms-eval?");
  }
}
