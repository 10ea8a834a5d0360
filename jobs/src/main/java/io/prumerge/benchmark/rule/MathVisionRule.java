package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Letters;
import io.prumerge.lang.Text;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * MATH-Vision's rule (mathvision-cuhk/MATH-V, {@code is_equal} of evaluation/utils.py, which
 * lmms-eval uses too): the answer is right if it equals the reference's, or the text of the option
 * whose letter that is, as a text, as a tuple or list of numbers, or as a number, all to two digits
 * after the point.
 */
final class MathVisionRule implements ProfileRule {

  private static final int PLACES = 2;

  /** Letters of the longest text that is compared as numbers. */
  private static final int LONGEST = 20_000;

  private static final String INFINITE = "infty";

  /** Elements of tuples that are compared as texts. */
  private static final Set<String> UNKNOWN = Set.of("a", "-a");

  @Override
  public Optional<String> problem(Reference reference) {
    String truth = reference.answers().get(0);
    List<String> options = reference.options();
    return options.isEmpty() || option(truth, options).isPresent()
        ? Optional.empty()
        : Optional.of(Text.format("is no letter of an option: '%s', of %s", truth, options));
  }

  @Override
  public Score score(String answer, Reference reference) {
    String extracted = MathVisionAnswer.extract(answer);
    String truth = reference.answers().get(0);
    boolean right =
        isEqual(truth, extracted)
            || option(truth, reference.options())
                .filter(text -> isEqual(text, extracted))
                .isPresent();
    return new Score(extracted, extracted.isEmpty(), right ? 1 : 0);
  }

  private static Optional<String> option(String truth, List<String> options) {
    int option = Letters.present(options).contains(truth) ? truth.charAt(0) - 'A' : -1;
    return option < 0 ? Optional.empty() : Optional.of(options.get(option));
  }

  private static boolean isEqual(String truth, String answer) {
    String expected = PythonText.lower(truth);
    String given = PythonText.lower(answer);
    if (isBlank(expected) || isBlank(given)) {
      return false;
    }
    if (PythonText.strip(expected).equals(PythonText.strip(given))) {
      return true;
    }
    if (Math.max(expected.length(), given.length()) > LONGEST) {
      return false;
    }
    return rounded(expected).equals(rounded(given)) || isSameNumber(expected, given);
  }

  private static boolean isBlank(String text) {
    return text.chars().allMatch(c -> c == ' ');
  }

  private static boolean isSameNumber(String expected, String given) {
    Optional<Number> number = number(expected);
    return number.isPresent()
        && number(given).filter(other -> PythonArithmetic.isEqual(number.get(), other)).isPresent();
  }

  private static Optional<Number> number(String text) {
    return LatexNumber.read(text).map(value -> PythonArithmetic.round(value, PLACES));
  }

  /** Returns a tuple or a list with rounded numbers; any other text as it is. */
  private static String rounded(String text) {
    boolean enclosed =
        text.startsWith("(") && text.endsWith(")") || text.startsWith("[") && text.endsWith("]");
    if (!enclosed || text.indexOf(',') < 0) {
      return text;
    }
    StringBuilder rounded = new StringBuilder(text.substring(0, 1));
    for (String element : text.substring(1, text.length() - 1).split(",", -1)) {
      Optional<String> number =
          element.contains(INFINITE) || UNKNOWN.contains(element)
              ? Optional.of(element)
              : number(element).map(PythonArithmetic::text);
      if (number.isEmpty()) {
        return text;
      }
      rounded.append(rounded.length() == 1 ? "" : ",").append(number.get());
    }
    return rounded.append(text.charAt(text.length() - 1)).toString();
  }
}
