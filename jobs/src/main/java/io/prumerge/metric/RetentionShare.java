package io.prumerge.metric;

import java.util.Optional;

/**
 * A method's share of the baseline's headline on one benchmark.
 *
 * @param own the method's headline
 * @param other a second method's headline, whose share is subtracted; may be absent
 * @param baseline the baseline's headline; not 0
 */
record RetentionShare(Headline own, Optional<Headline> other, Headline baseline) {

  double kept() {
    return own.value() - other.map(Headline::value).orElse(0.0);
  }
}
