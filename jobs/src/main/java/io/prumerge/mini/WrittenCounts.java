package io.prumerge.mini;

/**
 * Counts of what was written.
 *
 * @param images pictures or clips with questions
 * @param questions questions for the model; for circular questions, rows
 */
public record WrittenCounts(long images, long questions) {

  static final WrittenCounts NOTHING = new WrittenCounts(0, 0);

  /** Returns these counts with one more image or clip. */
  WrittenCounts with(long questionsAboutIt) {
    return new WrittenCounts(images + 1, questions + questionsAboutIt);
  }
}
