package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The accuracy of the VQA family (Antol et al., 2015) as the evaluators compute it. */
final class VqaAccuracy {

  /** So many equal answers of others make an answer fully right. */
  private static final int ENOUGH = 3;

  private VqaAccuracy() {}

  /**
   * For every annotator min(1, equal answers of the others / 3), and the mean of these.
   *
   * @param equal how many annotators gave the answer
   * @param annotators how many there are, at least one
   */
  static double leaveOneOut(int equal, int annotators) {
    int thirds =
        equal * Math.min(ENOUGH, equal - 1) + (annotators - equal) * Math.min(ENOUGH, equal);
    return thirds / (double) (ENOUGH * annotators);
  }

  /**
   * {@link #leaveOneOut} of an answer among those of people.
   *
   * @param answers the people's, at least one
   * @param normaliser makes answers comparable
   */
  static Score score(String answer, List<String> answers, UnaryOperator<String> normaliser) {
    String parsed = normaliser.apply(answer);
    Map<String, Integer> distinct = new HashMap<>();
    answers.forEach(one -> distinct.merge(one, 1, Integer::sum));
    int equal = 0;
    for (Map.Entry<String, Integer> one : distinct.entrySet()) {
      equal += normaliser.apply(one.getKey()).equals(parsed) ? one.getValue() : 0;
    }
    return new Score(parsed, parsed.isEmpty(), leaveOneOut(equal, answers.size()));
  }

  /** Line ends and tabs as spaces, ends stripped: what every evaluator does before all else. */
  static String oneLine(String text) {
    return PythonText.strip(text.replace('\n', ' ').replace('\t', ' '));
  }
}
