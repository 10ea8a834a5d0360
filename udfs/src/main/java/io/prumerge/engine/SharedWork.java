package io.prumerge.engine;

import io.prumerge.model.tower.EvidenceKey;
import java.util.Map;

/** What has run once for all answers of a request. */
final class SharedWork {

  private double preprocessMillis;
  private double visionMillis;
  private int towerLayers;
  private Map<EvidenceKey, Double> evidenceMillis = Map.of();
  private Map<EvidenceKey, Long> textFlops = Map.of();

  void preprocessed(double millis) {
    preprocessMillis = millis;
  }

  /**
   * @param millis wall time of the tower's run for all methods together
   * @param layers that it ran, up to the features
   */
  void encoded(double millis, int layers) {
    visionMillis = millis;
    towerLayers = layers;
  }

  /**
   * @param millis wall time of each piece of evidence
   * @param flops of those pieces that are of a text
   */
  void seen(Map<EvidenceKey, Double> millis, Map<EvidenceKey, Long> flops) {
    evidenceMillis = millis;
    textFlops = flops;
  }

  /** Returns the wall time of preprocessing. */
  double preprocessMillis() {
    return preprocessMillis;
  }

  /** Returns the wall time of the tower's run. */
  double visionMillis() {
    return visionMillis;
  }

  /** Returns the number of layers of that run. */
  int towerLayers() {
    return towerLayers;
  }

  /** Returns the wall time of a piece of evidence. */
  double millis(EvidenceKey evidence) {
    return evidenceMillis.get(evidence);
  }

  /** Returns the FLOPs of the part of a piece of evidence that is of a text; else 0. */
  long textFlops(EvidenceKey evidence) {
    return textFlops.getOrDefault(evidence, 0L);
  }
}
