package io.prumerge.engine;

import io.prumerge.cost.Share;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers that pay for each piece of work, in equal shares.
 *
 * @param <K> of a piece of work
 */
final class Payers<K> {

  private final Map<K, List<Integer>> answers;

  private Payers(Map<K, List<Integer>> answers) {
    this.answers = answers;
  }

  /** Returns payers of pieces that are compared by identity. */
  static <K> Payers<K> byIdentity() {
    return new Payers<>(new IdentityHashMap<>());
  }

  /** Returns payers of pieces that are compared by their values. */
  static <K> Payers<K> byValue() {
    return new Payers<>(new HashMap<>());
  }

  /**
   * Lets an answer pay for a piece of work.
   *
   * @param answer its index; it pays after those that were added before it
   */
  void add(K work, int answer) {
    answers.computeIfAbsent(work, key -> new ArrayList<>()).add(answer);
  }

  /** Returns the share of a piece of work that an answer pays. */
  Share share(K work, int answer) {
    List<Integer> paying = answers.get(work);
    return new Share(paying.indexOf(answer), paying.size());
  }
}
