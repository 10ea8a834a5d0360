package io.prumerge.reduction.script;

import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The names under which scripts ask for evidence: {@code NAME} or {@code NAME:LAYER}. */
final class ScriptEvidence {

  private static final SortedMap<String, TowerEvidence> OF_IMAGE =
      new TreeMap<>(
          Map.<String, TowerEvidence>of(
              "features", new TowerEvidence.Features(),
              "full_width_attention", new TowerEvidence.FullWidthAttention(),
              "projected", new TowerEvidence.Projected()));
  private static final SortedMap<String, Function<TowerLayer, TowerEvidence>> OF_LAYER =
      new TreeMap<>(
          Map.<String, Function<TowerLayer, TowerEvidence>>of(
              "class_attention", TowerEvidence.ClassAttention::new,
              "column_attention", TowerEvidence.ColumnAttention::new,
              "mean_keys", TowerEvidence.HeadMeanKeys::new));

  private ScriptEvidence() {}

  /**
   * Returns the evidence of a name; a layer is numbered from 1, and without one it is the last that
   * the features need.
   *
   * @throws IllegalArgumentException for another name
   */
  static TowerEvidence named(String name) {
    if (OF_IMAGE.containsKey(name)) {
      return OF_IMAGE.get(name);
    }
    String[] parts = name.split(":", 2);
    if (OF_LAYER.containsKey(parts[0])
        && (parts.length == 1 || parts[1].matches("[1-9]\\d{0,3}"))) {
      TowerLayer layer =
          parts.length == 1
              ? new TowerLayer.Last()
              : new TowerLayer.Numbered(Integer.parseInt(parts[1]));
      return OF_LAYER.get(parts[0]).apply(layer);
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Unknown evidence '%s'; known: %s, and with :LAYER, counted from 1, %s",
            name,
            String.join(", ", OF_IMAGE.keySet()),
            String.join(", ", OF_LAYER.keySet())));
  }
}
