package io.prumerge.statistics;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The compact letter display of all pairwise comparisons (Piepho, "An algorithm for a letter-based
 * representation of all-pairwise comparisons", 2004): two items share a letter if and only if they
 * do not differ significantly. A letter is a largest set of items of which no two differ, that is a
 * maximal clique of the graph of pairs that do not differ, found by Bron and Kerbosch's algorithm
 * (1973) with pivots. scikit-posthocs draws its critical-difference diagrams by the same sets.
 */
public final class CompactLetters {

  private static final int ALPHABET = 26;

  /** Whether two items differ significantly. */
  public interface Difference {
    boolean between(int one, int other);
  }

  private final BitSet[] alike;
  private final List<BitSet> cliques = new ArrayList<>();

  private CompactLetters(BitSet[] alike) {
    this.alike = alike;
  }

  /**
   * Returns the letters of each item. The first letter is that of the first item; later letters
   * begin further down. Beyond z, they are aa, ab, ..., and letters are separated by commas.
   *
   * @param items their number, the best first
   * @param difference symmetric
   */
  public static List<String> of(int items, Difference difference) {
    BitSet[] alike = new BitSet[items];
    for (int i = 0; i < items; i++) {
      alike[i] = new BitSet(items);
      for (int j = 0; j < items; j++) {
        alike[i].set(j, i != j && !difference.between(i, j));
      }
    }
    CompactLetters letters = new CompactLetters(alike);
    BitSet all = new BitSet(items);
    all.set(0, items);
    letters.extend(new BitSet(items), all, new BitSet(items));
    letters.cliques.sort(CompactLetters::compare);
    return letters.named(items);
  }

  /** Extends a clique by items that are alike all of it. */
  private void extend(BitSet clique, BitSet candidates, BitSet done) {
    if (candidates.isEmpty()) {
      if (done.isEmpty() && !clique.isEmpty()) {
        cliques.add(clique);
      }
      return;
    }
    BitSet open = (BitSet) candidates.clone();
    open.andNot(alike[pivot(candidates, done)]);
    for (int item = open.nextSetBit(0); item >= 0; item = open.nextSetBit(item + 1)) {
      BitSet larger = (BitSet) clique.clone();
      larger.set(item);
      extend(larger, common(candidates, item), common(done, item));
      candidates.clear(item);
      done.set(item);
    }
  }

  private BitSet common(BitSet items, int other) {
    BitSet common = (BitSet) items.clone();
    common.and(alike[other]);
    return common;
  }

  /** Returns the item that is alike most candidates. */
  private int pivot(BitSet candidates, BitSet done) {
    BitSet all = (BitSet) candidates.clone();
    all.or(done);
    return all.stream()
        .boxed()
        .max(Comparator.comparingInt(item -> common(candidates, item).cardinality()))
        .orElseThrow();
  }

  /** Compares by the first item that only one of two cliques has. */
  private static int compare(BitSet one, BitSet other) {
    BitSet difference = (BitSet) one.clone();
    difference.xor(other);
    int first = difference.nextSetBit(0);
    return first < 0 ? 0 : one.get(first) ? -1 : 1;
  }

  private List<String> named(int items) {
    List<String> names = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      List<String> own = new ArrayList<>();
      for (int letter = 0; letter < cliques.size(); letter++) {
        if (cliques.get(letter).get(item)) {
          own.add(letter(letter));
        }
      }
      names.add(String.join(cliques.size() > ALPHABET ? "," : "", own));
    }
    return names;
  }

  /** Returns a, b, ..., z, aa, ab, ... */
  private static String letter(int index) {
    StringBuilder letters = new StringBuilder();
    for (int rest = index; rest >= 0; rest = rest / ALPHABET - 1) {
      letters.insert(0, (char) ('a' + rest % ALPHABET));
    }
    return letters.toString();
  }
}
