package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Goldens;
import io.prumerge.benchmark.Letters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How answers to questions about videos are read, against the harnesses' own functions: {@code
 * notebooks/goldens/make_video_question_goldens.py}.
 */
class VideoLettersTest {

  private static final List<String> OPTIONS = List.of("red", "a red cup", "12", "turn left");

  private static Score score(Map<String, Object> settings, String answer, Reference reference) {
    return AnswerRules.of("letter", settings).score(answer, reference);
  }

  @Test
  void mvBenchIsScoredLikeBothHarnesses() throws IOException {
    Map<String, Object> lmmsEval = Map.of("parser", "lmms-mvbench", "answers_are", "text");
    Map<String, Object> vlmEvalKit = Map.of("parser", "vlmevalkit-mvbench", "answers_are", "text");
    List<JsonNode> cases = new ArrayList<>();
    assertThat(Goldens.read("rules/mvbench.jsonl.gz", cases::add)).isEqualTo(500);
    for (JsonNode one : cases) {
      List<String> options = RuleVectors.texts(one.get(1));
      Reference reference =
          RuleVectors.reference(List.of(options.get(one.get(2).intValue())), options);
      String answer = one.get(0).textValue();
      assertThat(score(lmmsEval, answer, reference).value() == 1)
          .as("lmms-eval: " + one)
          .isEqualTo(one.get(3).booleanValue());
      assertThat(score(vlmEvalKit, answer, reference).value() == 1)
          .as("VLMEvalKit: " + one)
          .isEqualTo(one.get(4).booleanValue());
    }
  }

  @ParameterizedTest
  @CsvSource({"lmms-eval, 1", "lmms-video-mme, 2", "vlmevalkit-video-mme, 3"})
  void videoMmeIsReadLikeEachHarnessOfEachTime(String parser, int column) throws IOException {
    Reference reference = RuleVectors.reference(List.of("A"), OPTIONS);
    List<JsonNode> cases = new ArrayList<>();
    assertThat(Goldens.read("rules/video_mme.jsonl.gz", cases::add)).isEqualTo(500);
    for (JsonNode one : cases) {
      Score score = score(Map.of("parser", parser), one.get(0).textValue(), reference);
      assertThat(score.parsed())
          .as(one.toString())
          .isEqualTo(one.get(column).textValue().replace("Z", ""));
    }
  }

  @Test
  void mlvuIsScoredLikeEachHarnessOfEachTime() throws IOException {
    Map<String, Integer> columns = Map.of("lmms-eval", 4, "lmms-mlvu", 5, "vlmevalkit-mlvu", 6);
    Map<String, List<Double>> byTask = new HashMap<>();
    List<JsonNode> cases = new ArrayList<>();
    assertThat(Goldens.read("rules/mlvu.jsonl.gz", cases::add)).isEqualTo(501);
    for (JsonNode one : cases.subList(0, 500)) {
      Reference reference =
          RuleVectors.reference(
              List.of(Letters.of(one.get(2).intValue())), RuleVectors.texts(one.get(1)));
      columns.forEach(
          (parser, column) -> {
            Score score = score(Map.of("parser", parser), one.get(0).textValue(), reference);
            assertThat(score.value() == 1)
                .as(parser + ": " + one)
                .isEqualTo(one.get(column).booleanValue());
            if (parser.equals("lmms-eval")) {
              byTask
                  .computeIfAbsent(one.get(3).textValue(), task -> new ArrayList<>())
                  .add(score.value());
            }
          });
    }
    assertThat(byTask).hasSize(7);
    assertThat(byTask.values().stream().mapToDouble(VideoLettersTest::mean).average().orElseThrow())
        .isCloseTo(cases.get(500).doubleValue() / 100, within(1e-12));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"egoschema, lmms-egoschema", "nextqa, lmms-mmmu"})
  void lettersOfFiveOptionsAreLmmsEvals(String file, String parser) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    assertThat(Goldens.read("rules/" + file + ".jsonl.gz", cases::add)).isEqualTo(500);
    for (JsonNode one : cases) {
      String letter = one.get(2).textValue();
      Reference reference = RuleVectors.reference(List.of("C"), RuleVectors.texts(one.get(1)));
      assertThat(score(Map.of("parser", parser), one.get(0).textValue(), reference))
          .as(one.toString())
          .isEqualTo(new Score(letter, letter.isEmpty(), letter.equals("C") ? 1 : 0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "B and (A), B", // the first of the last places
    "A or B or A., B",
    "DNA (B), A",
    "it must be b. a red cup, B",
    "so b. a red cup, ''",
    "none, ''",
    "'', ''"
  })
  void egoSchemaTakesTheFirstOfTheLetters(String answer, String letter) {
    assertThat(EgoSchemaLetters.read(answer, OPTIONS).orElse("")).isEqualTo(letter);
  }

  @Test
  void anEmptyAnswerIsWrongOrLeftOutOrRight() {
    Reference reference = RuleVectors.reference(List.of("12"), OPTIONS);
    Map<String, Object> strict = Map.of("parser", "lmms-mvbench", "answers_are", "text");
    Map<String, Object> left =
        Map.of("parser", "lmms-mvbench", "answers_are", "text", "empty", "drop");
    assertThat(score(strict, "", reference)).isEqualTo(new Score("", true, 0));
    assertThat(score(left, "", reference)).isEqualTo(Score.DROPPED);
    assertThat(score(left, "none", reference)).isEqualTo(new Score("", true, 0));
    assertThat(score(left, "(C)", reference)).isEqualTo(new Score("C", false, 1));
    assertThat(score(Map.of("parser", "vlmevalkit-mvbench", "answers_are", "text"), "", reference))
        .isEqualTo(new Score("ABCD", false, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A", "A.", "(a)", " ", "\n", ". ", "Answer:", "The answer", "\ud800", ","})
  void hostileTextsAreReadInTime(String part) {
    String text = "A." + part.repeat(ProcessorTime.LONG / part.length()) + "x\ny";
    for (LetterParser parser :
        List.of(
            LetterParser.LMMS_EGOSCHEMA,
            LetterParser.LMMS_MLVU,
            LetterParser.LMMS_MVBENCH,
            LetterParser.LMMS_VIDEO_MME,
            LetterParser.VLMEVALKIT_MLVU,
            LetterParser.VLMEVALKIT_MVBENCH,
            LetterParser.VLMEVALKIT_VIDEO_MME)) {
      ProcessorTime.requireLittle(() -> parser.named(text, OPTIONS));
    }
  }

  @Test
  void onlyTwoParsersReadSeveralLetters() {
    for (LetterParser parser : LetterParser.values()) {
      List<String> named = parser.named("(a)(b)", OPTIONS);
      assertThat(named).as(parser.name()).isSubsetOf(Letters.present(OPTIONS));
      if (parser == LetterParser.VLMEVALKIT_MVBENCH) {
        assertThat(named).containsExactly("A", "B");
      } else {
        assertThat(named).as(parser.name()).hasSizeLessThan(2);
      }
    }
    assertThat(LetterParser.VLMEVALKIT_MLVU.named("B) answer is C", OPTIONS))
        .containsExactly("B", "C");
  }
}
