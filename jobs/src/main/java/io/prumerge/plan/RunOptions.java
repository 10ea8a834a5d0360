package io.prumerge.plan;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The settings of a run.
 *
 * @param maxErrorRate share of error rows, 0 to 1, above which the run fails
 * @param timing how answers are timed
 * @param published file of published figures beside which the run's are put, if one was named
 * @param repeat how often all questions are asked again; empty: never
 */
public record RunOptions(
    ModelOptions model,
    QuestionOptions questions,
    double maxErrorRate,
    Parallelism parallelism,
    EndpointOptions endpoints,
    TimingOptions timing,
    Optional<String> published,
    OptionalInt repeat) {

  public RunOptions {
    CountSetting.REPEAT.require(repeat);
    if (!isShare(maxErrorRate)) {
      throw new UsageException(
          Wording.of("%s must be between 0 and 1 but is %s", Setting.MAX_ERROR_RATE, maxErrorRate));
    }
  }

  /** Returns these options for a model with other settings and another number of questions. */
  public RunOptions with(ModelOptions other, OptionalLong limit) {
    return new RunOptions(
        other,
        questions.limitedTo(limit),
        maxErrorRate,
        parallelism,
        endpoints,
        timing,
        published,
        repeat);
  }

  RunOptions cachedIn(String answers) {
    Parallelism cached =
        new Parallelism(parallelism.chunks(), parallelism.partitions(), Optional.of(answers));
    return new RunOptions(
        model, questions, maxErrorRate, cached, endpoints, timing, published, repeat);
  }

  /** Returns how often all questions are asked again. */
  public int repeats() {
    return repeat.orElse(0);
  }

  static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }
}
