package io.prumerge.view;

import java.util.Arrays;
import java.util.List;

/**
 * Milliseconds, null where they are unknown.
 *
 * @param request of a model behind an endpoint
 */
record AnswerTimes(
    Double preprocess,
    Double vision,
    Double reduction,
    Double prefill,
    Double decode,
    Double request) {

  /** Returns all of them together. */
  Double total() {
    List<Double> known =
        Arrays.asList(preprocess, vision, reduction, prefill, decode, request).stream()
            .filter(time -> time != null)
            .toList();
    return known.isEmpty() ? null : known.stream().mapToDouble(Double::doubleValue).sum();
  }
}
