package io.prumerge.benchmark.vqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.ProcessorTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VqaNormaliserTest {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'1,2; x-y', '12 xy'",
    "'x-y', 'x y'",
    "'x- y-z', 'x yz'",
    "'3.5', 3.5",
    "'.5', .5",
    "'5.', 5",
    "'U.S.A.', usa",
    "'.-5', 5",
    "'x -.-5', 'x .5'",
    "'None of the TEN', '0 of 10'",
    "A, ''",
    "dont, 'don''t'",
    "'somebody''d', somebodyd",
    "'Ive', ive",
    "'it''s: a & b', 'it''s: & b'"
  })
  void normalises(String text, String expected) {
    assertThat(VqaNormaliser.OFFICIAL.normalised(text)).isEqualTo(expected);
  }

  @Test
  void deletesThirtyTwoPeriods() {
    assertThat(VqaNormaliser.OFFICIAL.normalised(".".repeat(32))).isEmpty();
    assertThat(VqaNormaliser.OFFICIAL.normalised(".".repeat(33))).isEqualTo(".");
  }

  @Test
  void tellsPythonsVersionsApartByTheirDigits() {
    assertThat(VqaNormaliser.OFFICIAL.normalised(".\u0663")).isEqualTo("\u0663");
    assertThat(VqaNormaliser.M4C.normalised(".\u0663")).isEqualTo(".\u0663");
    assertThat(VqaNormaliser.OFFICIAL.normalised("1,,2")).isEqualTo("1 2");
    assertThat(VqaNormaliser.M4C.normalised("1,,2")).isEqualTo("12");
  }

  @Test
  void vlmEvalKitKeepsAPeriodAfterADigit() {
    assertThat(VqaNormaliser.OFFICIAL.withoutMarks("5. a. .5 1,2")).isEqualTo("5 a .5 12");
    assertThat(VqaNormaliser.VLMEVALKIT.withoutMarks("5. a. .5 1,2")).isEqualTo("5. a .5 12");
    assertThat(VqaNormaliser.M4C.withoutMarks("1,,2-x")).isEqualTo("12x");
    assertThat(VqaNormaliser.VLMEVALKIT.withoutMarks("1,,2-x")).isEqualTo("1  2 x");
  }

  @ParameterizedTest
  @EnumSource
  void manyMarksTakeLinearTime(VqaNormaliser normaliser) {
    for (String part : List.of("-", ",", "a-", ".", "1,", "- ", "\ud800")) {
      ProcessorTime.requireLittle(
          () -> normaliser.normalised(part.repeat(ProcessorTime.LONG / part.length())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'the two mountain''s', '2 mountain ''s'",
    "'snow, mountain', 'snow mountain'",
    "isnt, 'isn''t'",
    "t-shirt, 't shirt'",
    "'3,000', 3000",
    "'let''s', 'let ''s'"
  })
  void processesAsM4c(String text, String expected) {
    assertThat(VqaNormaliser.evalAi(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.3", "2, 0.6", "3, 0.9", "4, 1", "10, 1"})
  void countsTheOthersAnswers(int equal, double expected) {
    assertThat(VqaAccuracy.leaveOneOut(equal, 10)).isEqualTo(expected);
  }

  @Test
  void agreesWithCountingOneByOne() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      List<String> answers =
          random.ints(1 + random.nextInt(12), 0, 4).mapToObj(Integer::toString).toList();
      double sum = 0;
      for (int left = 0; left < answers.size(); left++) {
        int matches = 0;
        for (int other = 0; other < answers.size(); other++) {
          matches += other != left && answers.get(other).equals("0") ? 1 : 0;
        }
        sum += Math.min(1, matches / 3.0);
      }
      assertThat(VqaAccuracy.score("0", answers, text -> text).value())
          .isCloseTo(sum / answers.size(), within(1e-12));
    }
  }
}
