package io.prumerge.bench;

import java.util.ArrayList;
import java.util.List;

/** What one quantity was in each round. */
final class Samples {

  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  List<Double> values() {
    return List.copyOf(values);
  }

  int count() {
    return values.size();
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** The middle value, or the mean of the two in the middle. */
  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double max() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** The median of this over the other, round by round: both were measured in the same minute. */
  double over(Samples other) {
    return ratios(other).median();
  }

  /** This over the other in each round. */
  Samples ratios(Samples other) {
    Samples ratios = new Samples();
    for (int i = 0; i < Math.min(count(), other.count()); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return ratios;
  }

  double last() {
    return values.get(values.size() - 1);
  }
}
