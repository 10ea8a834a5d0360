package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {

  /** Of a thread that reads rows, with much of its stack in use. */
  private static final int SMALL_STACK = 512 << 10;

  private static final List<String> PARTS =
      List.of(
          "a",
          ".",
          "|",
          "(",
          "(",
          "(?:",
          "(?P<n>",
          "(?s)",
          ")",
          ")",
          ")",
          "*",
          "+",
          "?",
          "{3}",
          "{2,}",
          "{0,4}",
          "{",
          "}",
          "[",
          "]",
          "[^",
          "[:alpha:]",
          "\\p{Greek}",
          "\\pN",
          "\\x{41}",
          "\\]",
          "\\(",
          "\\Q",
          "\\E",
          "^",
          "$",
          "\\b",
          "-",
          "é",
          "\uD835\uDD38");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{1000}){1000}){1000})",
        "((((((((x{9}){9}){9}){9}){9}){9}){9}){9})",
        "(?:\\Q)\\E[)(]{2,1000}b){2}",
        "(?:a{500,}|[[:alpha:])]{500,}){4}",
        "a{1000}b{1000}c{1000}",
        "(?:word,){400}(?:[0-9]{5}|-){800}"
      })
  void longRepetitions(String regex) {
    assertThatThrownBy(() -> LinearPattern.of(regex, "columns.options_in_question"))
        .hasMessageStartingWith("columns.options_in_question: the regular expression '" + regex)
        .hasMessageContaining("steps with its repetitions written out; at most 3,000;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "(?:", "(?P<a>", "((?i)", "(x|", "(.*"})
  void deepGroups(String group) {
    String regex = group.repeat(5_000) + "a" + ")".repeat(5_000);

    assertThatThrownBy(() -> LinearPattern.of(regex, "category_pattern"))
        .hasMessageStartingWith("category_pattern: the regular expression '" + group)
        .hasMessageEndingWith("deep; at most 100")
        .hasMessageMatching(".{0,250}");
  }

  @Test
  void everyUsualExpression() {
    for (String regex :
        List.of(
            "(?m)^\\(?([A-D])[.)] *(.*)$",
            "[^\\[\\]{}()]{1,1000}",
            "(?:\\d{1,3}(?:,\\d{3}){0,5})(?:\\.\\d{1,9})?",
            "\\p{Lu}{1,20}\\x{20AC}",
            "(?:" + "word|".repeat(300) + "end)")) {
      assertThat(LinearPattern.of(regex, "a").pattern()).isEqualTo(regex);
    }
  }

  /** Of what RE2/J takes, no program is longer than was found. */
  @Test
  void neverFindsTooFewSteps() {
    Random random = new Random(43);
    int taken = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder regex = new StringBuilder();
      for (int part = 3 + random.nextInt(9); part > 0; part--) {
        regex.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      try {
        int size = Pattern.compile(regex.toString()).programSize();
        taken++;
        assertThat(PatternSize.of(regex.toString()).steps())
            .as("%s", regex)
            .isGreaterThanOrEqualTo(size);
      } catch (PatternSyntaxException e) {
        // It is no expression, whatever its size.
      }
    }
    assertThat(taken).isGreaterThan(5_000);
  }

  /** The largest that are taken need no more stack than a thread has, also where they match. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a?", "(?:a|b)", "a|", "(a?)", "(?:a*)", "a*?", "\\pL?", "(?:|a)", "(?i)k?", "[^a]*", "(|)"
      })
  void largestInSmallStack(String part) throws InterruptedException {
    int most = 0;
    while (PatternSize.problem(part.repeat(most + 1)).isEmpty()) {
      most++;
    }
    String regex = part.repeat(most);
    String nested = "(".repeat(99) + "(?:a?){0,40}" + ")?".repeat(99);
    String tail = "(?:" + part + "){0,250}";
    for (String one : List.of(regex, nested, tail)) {
      Throwable[] thrown = new Throwable[1];
      Thread small =
          new Thread(
              null,
              () -> LinearPattern.of(one, "a").matcher("aabaab".repeat(20) + "!").matches(),
              "small",
              SMALL_STACK);
      small.setUncaughtExceptionHandler((thread, e) -> thrown[0] = e);
      small.start();
      small.join();
      assertThat(thrown[0]).as(one).isNull();
    }
  }
}
