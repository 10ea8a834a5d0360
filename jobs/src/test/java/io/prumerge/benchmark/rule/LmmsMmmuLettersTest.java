package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Letters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LmmsMmmuLettersTest {

  private static final List<String> OPTIONS =
      List.of("red apple", "green pear", "banana", "none of the above");

  private static final int VECTORS = 36;

  /** Returns the number of answers that a parser reads as a column says. */
  private static long equal(
      BiFunction<String, List<String>, Optional<String>> parser, String column) throws IOException {
    long equal = 0;
    for (JsonNode one : RuleVectors.read("mcq_vectors").get("cases")) {
      Optional<String> letter = parser.apply(one.get("answer").textValue(), OPTIONS);
      equal += letter.equals(Optional.ofNullable(one.get(column).textValue())) ? 1 : 0;
    }
    return equal;
  }

  @Test
  void noTwoParsersReadTheSame() throws IOException {
    Map<String, BiFunction<String, List<String>, Optional<String>>> parsers =
        Map.of(
            "mmmu_official", LetterParser.MMMU::read,
            "lmms_mmmu", LmmsMmmuLetters::read,
            "lmms_mcq_extract", LetterParser.LMMS_EVAL::read,
            "vlmevalkit", LetterParser.VLMEVALKIT::read,
            "none of them", LetterParser.MMBENCH::read);
    for (String parser : parsers.keySet()) {
      for (String column :
          List.of("mmmu_official", "lmms_mmmu", "lmms_mcq_extract", "vlmevalkit")) {
        assertThat(equal(parsers.get(parser), column) == VECTORS)
            .as("%s, %s", parser, column)
            .isEqualTo(parser.equals(column));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "see A.x or B.x, A", // neither is a word: the first option
    "see B. and so C is it, C",
    "see CB and so C, C",
    "(A) not B , A",
    "see B.1, B",
  })
  void aLetterNeedNotBeAWord(String answer, String letter) {
    assertThat(LmmsMmmuLetters.read(answer, OPTIONS)).contains(letter);
  }

  @Test
  void emptyOptionsHaveNoLetter() {
    assertThat(LmmsMmmuLetters.read("B", List.of("one", "", "three"))).isEmpty();
    assertThat(LmmsMmmuLetters.read("C", List.of("one", "", "three"))).contains("C");
  }

  /** The steps one by one, with lists of candidates and of their positions. */
  private static Optional<String> slow(String answer) {
    String text = MmmuLetters.padded(answer.strip());
    for (String form : List.of("(%s)", "%s ", "%s.")) {
      List<String> candidates = new ArrayList<>();
      for (String letter : Letters.present(OPTIONS)) {
        if (text.contains(form.replace("%s", letter))) {
          candidates.add(letter);
        }
      }
      String position = form.equals("(%s)") ? form : " %s ";
      String best = null;
      for (String letter : candidates) {
        if (best == null
            || text.lastIndexOf(position.replace("%s", letter))
                > text.lastIndexOf(position.replace("%s", best))) {
          best = letter;
        }
      }
      if (best != null) {
        return Optional.of(best);
      }
    }
    return MmmuLetters.read(answer.strip(), OPTIONS);
  }

  @Test
  void readsAsTheStepsSayOneByOne() {
    String[] parts = {"A", "B", "C", "(", ")", " ", " ", ".", ":", "x", "banana ", "'"};
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      String answer =
          random
              .ints(random.nextInt(12), 0, parts.length)
              .mapToObj(part -> parts[part])
              .collect(Collectors.joining());
      assertThat(LmmsMmmuLetters.read(answer, OPTIONS)).as(answer).isEqualTo(slow(answer));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "(", "(A", "A ", "A.", ".", "x ", "banana", "\ud800"})
  void hostileTextsAreReadInTime(String part) {
    String text = part.repeat(ProcessorTime.LONG / part.length());
    ProcessorTime.requireLittle(() -> LmmsMmmuLetters.read(text, OPTIONS));
  }
}
