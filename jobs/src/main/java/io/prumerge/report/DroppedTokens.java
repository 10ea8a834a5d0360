package io.prumerge.report;

import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

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
   * @param efficiency rows of {@link Table#EFFICIENCY}
   */
  public static List<String> caveats(List<Row> efficiency) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (Row row : efficiency) {
      problem(row)
          .ifPresent(
              problem ->
                  places
                      .computeIfAbsent(
                          String.format(
                              Locale.ROOT,
                              "%s of %s %s",
                              row.<String>getAs("method"),
                              row.<String>getAs("model"),
                              problem),
                          absent -> new ArrayList<>())
                      .add(row.getAs("benchmark") + "/" + row.getAs("split")));
    }
    return places.entrySet().stream()
        .map(
            one ->
                String.format(
                    Locale.ROOT,
                    "%s on %s: see whether the method is what was meant",
                    one.getKey(),
                    String.join(", ", one.getValue())))
        .toList();
  }

  private static Optional<String> problem(Row row) {
    Double before = row.getAs("visual_tokens_before_mean");
    Double after = row.getAs("visual_tokens_after_mean");
    Double layerMean = row.getAs("visual_tokens_layer_mean");
    if (before == null || after == null || layerMean == null || before <= 1) {
      return Optional.empty(); // no image, no answer, or another program's predictions
    }
    String method = row.getAs("method");
    double asked = NominalBudget.of(method).tokens().orElse(-1);
    if (isAnother(method) || asked >= before || asked == 1) {
      return Optional.empty();
    }
    if (row.<Integer>getAs("visual_tokens_after_max") <= 1 || layerMean <= 1) {
      return Optional.of("left at most one visual token of each image");
    }
    boolean cuts = layerMean < after;
    boolean most = row.<Double>getAs("visual_tokens_after_p50") >= before;
    Double ratio = row.getAs("reduction_ratio");
    boolean all = ratio != null && ratio <= 1;
    return !cuts && (most || all)
        ? Optional.of("dropped no visual token of " + (all ? "any image" : "most images"))
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
