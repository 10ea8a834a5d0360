package io.prumerge.report;

import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The control {@code frames=N} beside each method of its run that is no control: whole frames of a
 * video, fewer of them, with as many tokens for the language model.
 */
final class FrameControls {

  private static final String NAME = "frames=";

  /** Largest difference of two equal numbers of tokens, as a part of the control's. */
  private static final double EQUAL = 0.1;

  private FrameControls() {}

  /** Returns whether a method is this control; false of a pair of methods. */
  static boolean is(String method) {
    return method.startsWith(NAME) && method.substring(NAME.length()).matches("[0-9.]+%?");
  }

  /**
   * Returns whether a method is this control with half of the frames.
   *
   * @param frames the number that it takes them from; 0 if it is unknown
   */
  static boolean isHalf(String method, long frames) {
    return method.equals(NAME + "50%")
        || frames > 0 && frames % 2 == 0 && method.equals(NAME + frames / 2);
  }

  /**
   * Returns some contrasts, and each method less the control of its run with the nearest number of
   * tokens, where that is equal.
   *
   * @param efficiency what the methods cost
   * @param baseline the method that the others are compared with
   */
  static List<Contrast> added(
      List<Contrast> contrasts, List<EfficiencyRow> efficiency, String baseline) {
    List<Contrast> all = new ArrayList<>(contrasts);
    for (Contrast one : beside(efficiency, baseline)) {
      if (all.stream().noneMatch(one::isAbout)) {
        all.add(one);
      }
    }
    return all;
  }

  /** Returns each method that is no control less the one beside it. */
  static List<Contrast> beside(List<EfficiencyRow> efficiency, String baseline) {
    Map<MethodKey, OptionalDouble> tokens = new LinkedHashMap<>();
    efficiency.stream()
        .collect(Collectors.groupingBy(MethodKey::of, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (key, rows) ->
                tokens.put(key, EfficiencyRow.meanTokens(rows, VisualTokens::layerMean)));
    List<Contrast> all = new ArrayList<>();
    tokens.forEach(
        (key, number) -> {
          if (number.isPresent() && !key.method().equals(baseline) && !Controls.has(key.method())) {
            nearest(key, number.getAsDouble(), tokens)
                .ifPresent(
                    control -> all.add(new Contrast(key, control, ContrastScope.EVERYTHING)));
          }
        });
    return all;
  }

  private static Optional<MethodKey> nearest(
      MethodKey one, double number, Map<MethodKey, OptionalDouble> tokens) {
    return tokens.entrySet().stream()
        .filter(other -> other.getKey().runId().equals(one.runId()))
        .filter(other -> is(other.getKey().method()))
        .filter(other -> distance(other, number) <= EQUAL * other.getValue().orElse(0))
        .min(Comparator.comparingDouble(other -> distance(other, number)))
        .map(Map.Entry::getKey);
  }

  private static double distance(Map.Entry<MethodKey, OptionalDouble> other, double number) {
    return Math.abs(other.getValue().orElse(Double.POSITIVE_INFINITY) - number);
  }
}
