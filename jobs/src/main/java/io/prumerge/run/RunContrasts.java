package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Inference.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.plan.PinnedModel;
import io.prumerge.report.AskedContrasts;
import io.prumerge.report.Claims;
import java.util.List;

/** The comparisons of a report over some runs. */
final class RunContrasts {

  private RunContrasts() {}

  /**
   * Returns the requested comparisons, then those that every report makes.
   *
   * @param asked values of {@code --contrast}
   * @param baseline method that the others are compared with
   */
  static List<Contrast> of(List<Manifest> runs, List<String> asked, String baseline) {
    List<MethodKey> methods =
        runs.stream()
            .flatMap(
                run ->
                    run.configuration().methods().stream()
                        .map(
                            method ->
                                new MethodKey(
                                    run.runId(),
                                    PinnedModel.name(run.configuration().model()),
                                    method)))
            .toList();
    try {
      return Claims.added(new AskedContrasts(methods).of(asked), methods, baseline);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s %s", Setting.CONTRAST, e.getMessage()));
    }
  }
}
