package io.prumerge.reduction;

import java.util.stream.IntStream;

/** What a plan takes for values that it cannot know. */
public enum EvidenceValues {
  /** More for some patches than for others; of each patch one, all at least 0. */
  ATTENTION,
  /** As {@link #ATTENTION}, but patches point away from what they show. */
  AWAY,
  /** Each row is like itself alone. */
  PAIRS,
  /** All patches are as far from what the first ones span. */
  BASIS,
  /** All are equal. */
  ZEROS;

  /** Returns the form of these values in a shape. */
  EvidenceForm of(int... shape) {
    return new EvidenceForm(this, IntStream.of(shape).boxed().toList());
  }
}
