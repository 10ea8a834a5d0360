package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.Inference;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.PinnedModel;
import io.prumerge.video.FrameRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The comparisons of a report over some runs. */
final class RunContrasts {

  private RunContrasts() {}

  /**
   * Returns settings with the requested comparisons, then those that every report makes.
   *
   * @param asked values of {@code --contrast}
   * @param inference names the baseline and the runs' folders
   * @throws UsageException if a value names no two methods of the runs
   */
  static Inference added(List<Manifest> runs, List<String> asked, Inference inference) {
    List<MethodKey> methods = methods(runs);
    Map<String, String> protocols = Manifest.protocols(runs);
    List<Contrast> named = asked(new MethodNames(methods, inference.folders(), protocols), asked);
    return inference
        .under(protocols)
        .comparing(StandardContrasts.added(named, methods, inference.baseline(), protocols))
        .asking(named);
  }

  /** Returns the methods of runs. */
  static List<MethodKey> methods(List<Manifest> runs) {
    return runs.stream()
        .flatMap(
            run ->
                run.configuration().methods().stream()
                    .map(method -> new MethodKey(run.runId(), run.configuration().name(), method)))
        .toList();
  }

  /**
   * Checks the requested comparisons of runs that are still to be made. Models of one name are told
   * apart by their runs' ids, which are not known yet: then nothing is checked.
   *
   * @throws UsageException as {@link #of}
   */
  static void check(EvaluateOptions options) {
    if (options.settings().frames().isGiven()
        || options.contrasts().stream().anyMatch(RunContrasts::namesFrames)) {
      return;
    }
    List<MethodKey> methods = new ArrayList<>();
    for (PinnedModel model : options.models()) {
      String name = model.name();
      if (methods.stream().anyMatch(one -> one.model().equals(name))) {
        return;
      }
      for (MethodSpec method : options.methods(model)) {
        methods.add(new MethodKey(name, name, method.toString()));
      }
    }
    asked(new MethodNames(methods, Map.of()), options.contrasts());
  }

  private static boolean namesFrames(String contrast) {
    return Stream.of(FrameRule.values()).anyMatch(rule -> contrast.contains(rule.label() + ":"));
  }

  private static List<Contrast> asked(MethodNames methods, List<String> texts) {
    try {
      return new ContrastParser(methods).of(texts);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s %s", Setting.CONTRAST, e.getMessage()), e);
    }
  }
}
