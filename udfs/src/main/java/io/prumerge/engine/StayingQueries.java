package io.prumerge.engine;

import java.util.List;

/**
 * The queries of a Q-Former that go on inside the decoder after a method's cut.
 *
 * @param layer the first of the decoder's layers that the others do not reach, from 0
 * @param queries those that reach it, from 0; a sum of several counts as the one whose place it has
 */
public record StayingQueries(int layer, List<Integer> queries) {

  public StayingQueries {
    queries = List.copyOf(queries);
  }
}
