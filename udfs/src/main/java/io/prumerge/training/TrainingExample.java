package io.prumerge.training;

import java.util.Optional;

/**
 * One sequence to learn from.
 *
 * @param image stands at the placeholder; empty where the ids have none
 * @param ids prompt and answers, with one placeholder for all of the image's tokens
 * @param answers for each id whether it is to be predicted, from what stands before it. The first
 *     id and the placeholder cannot be
 */
public record TrainingExample(Optional<ReducedImage> image, int[] ids, boolean[] answers) {

  public TrainingExample {
    ids = ids.clone();
    answers = answers.clone();
    if (ids.length == 0 || ids.length != answers.length) {
      throw new IllegalArgumentException(
          "Cannot learn from " + ids.length + " ids with " + answers.length + " marks of answers");
    }
    if (answers[0]) {
      throw new IllegalArgumentException(
          "Cannot learn the first id of a sequence: nothing stands before it");
    }
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public boolean[] answers() {
    return answers.clone();
  }

  /** Returns the rows in the decoder. */
  public int length() {
    return image.map(visual -> ids.length - 1 + visual.rows()).orElse(ids.length);
  }

  /** Returns the position after the last row; more than {@link #length} where some were dropped. */
  public int positions() {
    return image.map(visual -> ids.length - 1 + visual.span()).orElse(ids.length);
  }

  /** Returns the tokens that the loss is of. */
  public int answerTokens() {
    int count = 0;
    for (boolean answer : answers) {
      count += answer ? 1 : 0;
    }
    return count;
  }
}
