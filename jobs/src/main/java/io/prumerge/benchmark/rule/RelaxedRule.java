package io.prumerge.benchmark.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.source.table.ListText;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.OptionalDouble;

/**
 * ChartQA's relaxed accuracy, as pix2struct and both harnesses compute it: numbers may differ by a
 * part of the right one, other texts must be equal in lower case. A percentage is a hundredth; a
 * right answer of 0 is compared as a text. Of several right answers, the best counts. VLMEvalKit
 * takes a right answer that spells a Python list for its elements; so does the key {@code
 * python_lists}.
 */
final class RelaxedRule implements ProfileRule {

  /** The part of the right number that one may differ by; by default 0.05. */
  static final RuleKey<Double> TOLERANCE = RuleKey.number("tolerance", 0.05);

  /** Whether right answers may spell lists. */
  static final RuleKey<Boolean> PYTHON_LISTS = RuleKey.flag("python_lists");

  private static final double PERCENT = 100;

  private final double tolerance;
  private final boolean pythonLists;

  private RelaxedRule(double tolerance, boolean pythonLists) {
    this.tolerance = tolerance;
    this.pythonLists = pythonLists;
  }

  static RelaxedRule of(RuleSettings settings) {
    return new RelaxedRule(TOLERANCE.in(settings), PYTHON_LISTS.in(settings));
  }

  @Override
  public Score score(String answer, Reference reference) {
    String parsed = PythonText.strip(answer);
    boolean right =
        reference.answers().stream()
            .flatMap(truth -> truths(truth).stream())
            .anyMatch(truth -> isRight(parsed, truth));
    return new Score(parsed, parsed.isEmpty(), right ? 1 : 0);
  }

  private List<String> truths(String truth) {
    if (!pythonLists || !ListText.begins(truth)) {
      return List.of(truth);
    }
    try {
      return ListText.read(truth).stream().map(JsonNode::asText).toList();
    } catch (IllegalArgumentException e) {
      return List.of(truth); // it only looks like a list
    }
  }

  private boolean isRight(String answer, String truth) {
    OptionalDouble p = number(answer);
    OptionalDouble t = number(truth);
    if (p.isPresent() && t.isPresent() && t.getAsDouble() != 0) {
      return Math.abs(p.getAsDouble() - t.getAsDouble()) / Math.abs(t.getAsDouble()) <= tolerance;
    }
    return PythonText.lower(answer).equals(PythonText.lower(truth));
  }

  private static OptionalDouble number(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '%') {
      end--;
    }
    OptionalDouble number = PythonNumber.floating(text.substring(0, end));
    return end == text.length() || number.isEmpty()
        ? number
        : OptionalDouble.of(number.getAsDouble() / PERCENT);
  }
}
