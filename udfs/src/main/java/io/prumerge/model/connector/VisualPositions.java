package io.prumerge.model.connector;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The positions of a prompt's visual tokens.
 *
 * @param ofRuns of each run of tokens that of each token, from 0 at the run's first one; an image
 *     is one run, unless the prompt has text between its views
 * @param spans of each run how many it takes: the text goes on this many after its first one
 * @param grids of each run all its tokens, where a position has parts and so is a place among
 *     these; else none
 */
public record VisualPositions(
    List<List<Integer>> ofRuns, List<Integer> spans, List<VisualGrid> grids) {

  public VisualPositions {
    ofRuns = ofRuns.stream().map(List::copyOf).toList();
    spans = List.copyOf(spans);
    grids = List.copyOf(grids);
  }

  /** Positions without parts. */
  public VisualPositions(List<List<Integer>> ofRuns, List<Integer> spans) {
    this(ofRuns, spans, List.of());
  }

  /** Returns these positions as those of runs with the given grids. */
  public VisualPositions in(List<VisualGrid> all) {
    return new VisualPositions(ofRuns, spans, all);
  }

  /** Returns the positions of tokens that close up, as if there had never been others. */
  public static VisualPositions packed(List<Integer> counts) {
    return new VisualPositions(
        counts.stream().map(count -> IntStream.range(0, count).boxed().toList()).toList(), counts);
  }

  /** Returns how many rows of the sequence are the images'. */
  public int rows() {
    return ofRuns.stream().mapToInt(List::size).sum();
  }

  /** Returns how many positions all runs take. */
  public int span() {
    return spans.stream().mapToInt(Integer::intValue).sum();
  }
}
