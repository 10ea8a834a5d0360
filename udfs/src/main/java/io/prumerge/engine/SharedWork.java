package io.prumerge.engine;

import io.prumerge.model.tower.Look;
import java.util.Map;

/** What ran once for all answers of a request, as far as it has run. */
final class SharedWork {

  private double preprocessMillis;
  private double visionMillis;
  private int towerLayers;
  private Map<Look, Double> evidenceMillis = Map.of();
  private Map<Look, Long> textFlops = Map.of();

  void preprocessed(double millis) {
    preprocessMillis = millis;
  }

  /**
   * @param millis wall time of the tower's run for all methods together
   * @param layers that it ran, as far as the features
   */
  void encoded(double millis, int layers) {
    visionMillis = millis;
    towerLayers = layers;
  }

  /**
   * @param millis wall time of each piece of evidence
   * @param flops of those pieces that are of a text
   */
  void seen(Map<Look, Double> millis, Map<Look, Long> flops) {
    evidenceMillis = millis;
    textFlops = flops;
  }

  /** Wall time of preprocessing. */
  double preprocessMillis() {
    return preprocessMillis;
  }

  /** Wall time of the tower's run. */
  double visionMillis() {
    return visionMillis;
  }

  /** Layers of that run. */
  int towerLayers() {
    return towerLayers;
  }

  /** Wall time of a piece of evidence. */
  double millis(Look evidence) {
    return evidenceMillis.get(evidence);
  }

  /** FLOPs of a piece of evidence as far as it is of a text; else 0. */
  long textFlops(Look evidence) {
    return textFlops.getOrDefault(evidence, 0L);
  }
}
