package io.prumerge.report;

import io.prumerge.lang.Text;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.metric.MethodNames;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Warnings about methods that dropped nothing of most images, or everything of all: figures of a
 * method that was switched off look like those of a good one.
 */
public final class DroppedTokens {

  /** They drop no token, or see another image. */
  private static final Set<String> OTHERS = Set.of("none", "downsample");

  private DroppedTokens() {}

  /**
   * Returns one message for each method and problem, with the benchmarks that have it.
   *
   * @param efficiency what the methods cost
   * @param names of the runs
   */
  public static List<String> caveats(List<EfficiencyRow> efficiency, MethodNames names) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (EfficiencyRow row : efficiency) {
      problem(row)
          .ifPresent(
              problem ->
                  places
                      .computeIfAbsent(
                          Text.format(
                              "%s of %s %s",
                              ScriptSpecs.shown(row.method()), ran(row, names), problem),
                          absent -> new ArrayList<>())
                      .add(row.benchmark() + "/" + row.split()));
    }
    return places.entrySet().stream()
        .map(
            one ->
                Text.format(
                    "%s on %s: see whether the method is what was meant",
                    one.getKey(), String.join(", ", one.getValue())))
        .toList();
  }

  /** Returns the model, and the run if there are several of it. */
  private static String ran(EfficiencyRow row, MethodNames names) {
    String run = names.run(row.runId());
    return run.startsWith(row.model()) ? run : row.model() + " (" + run + ")";
  }

  private static Optional<String> problem(EfficiencyRow row) {
    VisualTokens tokens = row.visualTokens();
    if (tokens.before().isEmpty() || tokens.after().isEmpty() || tokens.layerMean().isEmpty()) {
      return Optional.empty(); // no answer, or another program's predictions
    }
    double before = tokens.before().getAsDouble();
    double layerMean = tokens.layerMean().getAsDouble();
    if (before <= 1) {
      return Optional.empty(); // no image
    }
    String seen = row.protocol().isPresent() ? "video" : "image";
    String method = row.method();
    double asked = NominalBudget.of(method).tokens().orElse(-1);
    if (isAnother(method) || asked >= before || asked == 1) {
      return Optional.empty();
    }
    if (tokens.most().orElseThrow() <= 1 || layerMean <= 1) {
      return Optional.of("left at most one visual token of each " + seen);
    }
    boolean cuts = layerMean < tokens.after().getAsDouble();
    boolean most = tokens.median().getAsDouble() >= before;
    boolean all = tokens.reductionRatio().orElse(Double.POSITIVE_INFINITY) <= 1;
    return !cuts && (most || all)
        ? Optional.of("dropped no visual token of " + (all ? "any " + seen : "most " + seen + "s"))
        : Optional.empty();
  }

  private static boolean isAnother(String method) {
    try {
      return OTHERS.contains(MethodSpec.read(method).name());
    } catch (IllegalArgumentException e) {
      return false; // foreign rows may have any text here
    }
  }
}
