package io.prumerge.search;

import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Candidates that are asked the same questions.
 *
 * @param number from 1
 * @param of number of rungs, if none is saved
 * @param questions per benchmark, or slightly more; a later rung's contain an earlier one's
 * @param methods the candidates that are left, and the baseline
 */
record Rung(int number, int of, long questions, List<MethodSpec> methods) {

  Rung {
    methods = List.copyOf(methods);
  }

  /**
   * Returns the questions of all rungs.
   *
   * @param first questions of the first rung
   * @param growth of each next one
   * @param all questions that there are
   */
  static List<Long> sizes(long first, long growth, long all) {
    List<Long> sizes = new ArrayList<>();
    for (long size = first; size < all; size = size > all / growth ? all : size * growth) {
      sizes.add(size);
    }
    sizes.add(all);
    return sizes;
  }
}
