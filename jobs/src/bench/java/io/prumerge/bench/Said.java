package io.prumerge.bench;

import io.prumerge.engine.Answer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an answer says, apart from what it took.
 *
 * @param text null with an error
 * @param kept patch positions that a method left; null when nothing was dropped
 * @param error null when fine
 */
record Said(String text, List<Integer> kept, String error) {

  static Said of(Answer answer) {
    int[] kept = answer.tokens().keptIndices();
    return new Said(
        answer.text(), kept == null ? null : IntStream.of(kept).boxed().toList(), answer.error());
  }
}
