package io.prumerge.mini;

/**
 * How much was written.
 *
 * @param images pictures that are asked about
 * @param questions all that a model will be asked: rows, for circular questions
 */
public record Tally(long images, long questions) {

  static final Tally NOTHING = new Tally(0, 0);

  /** With one more image. */
  Tally with(long questionsAboutIt) {
    return new Tally(images + 1, questions + questionsAboutIt);
  }
}
