package io.prumerge.benchmark.vqa;

import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.text.PythonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The accuracy of the VQA family (Antol et al., 2015) as the evaluators compute it. */
public final class VqaAccuracy {

  /** This many equal answers of other annotators make an answer fully right. */
  private static final int ENOUGH = 3;

  private VqaAccuracy() {}

  /**
   * Returns the mean over the annotators of min(1, equal answers of the others / 3).
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
   * Returns {@link #leaveOneOut} of an answer among human answers.
   *
   * @param answers the human answers, at least one
   * @param normaliser makes answers comparable
   */
  public static Score score(String answer, List<String> answers, UnaryOperator<String> normaliser) {
    String parsed = normaliser.apply(answer);
    Map<String, Integer> distinct = new HashMap<>();
    answers.forEach(one -> distinct.merge(one, 1, Integer::sum));
    int equal = 0;
    for (Map.Entry<String, Integer> one : distinct.entrySet()) {
      equal += normaliser.apply(one.getKey()).equals(parsed) ? one.getValue() : 0;
    }
    return new Score(parsed, parsed.isEmpty(), leaveOneOut(equal, answers.size()));
  }

  /**
   * Replaces line ends and tabs by spaces and strips both ends, the first step of every evaluator.
   */
  public static String oneLine(String text) {
    return PythonText.strip(text.replace('\n', ' ').replace('\t', ' '));
  }
}
