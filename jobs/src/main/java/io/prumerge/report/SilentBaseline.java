package io.prumerge.report;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.QuestionCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says that the baseline answers nothing right, or nothing that its benchmark's parser can read: a
 * model that is asked in the wrong words looks like this, and then no method can be compared.
 */
final class SilentBaseline {

  /** With fewer answers, none being right may be chance: then no wording is doubted. */
  private static final int FEWEST_ANSWERS = 10;

  private SilentBaseline() {}

  /**
   * Returns one message per run and benchmark, of those under the benchmark's own profile.
   *
   * @param names of the runs
   * @param templates conversation templates by run; none of runs where a service chooses
   */
  static List<String> notes(
      List<MethodResult> results,
      String baseline,
      MethodNames names,
      Map<String, String> templates) {
    List<String> notes = new ArrayList<>();
    for (MethodResult result : results) {
      if (result.isOwnProfile() && result.key().method().equals(baseline)) {
        problem(result)
            .ifPresent(
                problem ->
                    notes.add(
                        note(
                            result,
                            run(result, names),
                            problem,
                            templates.getOrDefault(result.key().runId(), ""))));
      }
    }
    return notes;
  }

  private static Optional<String> problem(MethodResult result) {
    QuestionCounts counts = result.counts();
    long answers = answers(result);
    if (answers >= FEWEST_ANSWERS && 2 * counts.unparsed() > answers) {
      return Optional.of(
          Text.format(
              "%,d of %s of %s can't be read as answers",
              counts.unparsed(), Texts.count(answers, "answer"), result.key().method()));
    }
    return result.metrics().stream()
        .filter(Metric::headline)
        .filter(metric -> metric.value().isPresent() && metric.value().getAsDouble() == 0)
        .findFirst()
        .map(
            metric ->
                Text.format(
                    "%s of %s is 0 over %s",
                    metric.name(), result.key().method(), Texts.count(answers, "answer")));
  }

  /** Names the model, and its run if there are several of it. */
  private static String run(MethodResult result, MethodNames names) {
    String model = result.key().model();
    String run = names.run(result.key().runId());
    return run.contains(model) ? run : model + ", " + run;
  }

  private static String note(MethodResult result, String run, String problem, String template) {
    return Text.format(
        "%s/%s of %s: %s, so %s",
        result.key().benchmark(),
        result.key().split(),
        run,
        problem,
        answers(result) < FEWEST_ANSWERS
            ? "retention has no value"
            : "nothing can be compared with it; look at some answers and check the prompts"
                + (template.isEmpty() ? "" : " and the conversation template, " + template));
  }

  private static long answers(MethodResult result) {
    return result.counts().n() - result.counts().errors();
  }
}
