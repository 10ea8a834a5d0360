package io.prumerge.benchmark;

import java.util.List;
import java.util.function.UnaryOperator;

/** The accuracy of the VQA family (Antol et al., 2015) as the evaluators compute it. */
final class VqaAccuracy {

  /** So many equal answers of others make an answer fully right. */
  private static final int ENOUGH = 3;

  private VqaAccuracy() {}

  /**
   * For every annotator min(1, equal answers of the others / 3), and the mean of these.
   *
   * @param answers the annotators', at least one
   */
  static double leaveOneOut(String answer, List<String> answers) {
    int equal = (int) answers.stream().filter(answer::equals).count();
    int thirds =
        equal * Math.min(ENOUGH, equal - 1) + (answers.size() - equal) * Math.min(ENOUGH, equal);
    return thirds / (double) (ENOUGH * answers.size());
  }

  /**
   * {@link #leaveOneOut} of an answer and references that {@code normaliser} made comparable.
   *
   * @param answers the annotators', at least one
   */
  static Score score(String answer, List<String> answers, UnaryOperator<String> normaliser) {
    String parsed = normaliser.apply(answer);
    double value = leaveOneOut(parsed, answers.stream().map(normaliser).toList());
    return new Score(parsed, answer.isEmpty(), value);
  }

  /** Line ends and tabs as spaces, ends stripped: what every evaluator does before all else. */
  static String oneLine(String text) {
    return PythonText.strip(text.replace('\n', ' ').replace('\t', ' '));
  }
}
