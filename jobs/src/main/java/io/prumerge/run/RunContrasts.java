package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.plan.PinnedModel;
import io.prumerge.report.AskedContrasts;
import io.prumerge.report.Claims;
import java.util.List;

/** What the report of some runs compares. */
final class RunContrasts {

  private RunContrasts() {}

  /**
   * What is asked for, then what a report claims by itself.
   *
   * @param asked texts of {@code --contrast}
   * @param baseline the method the others are compared with
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
