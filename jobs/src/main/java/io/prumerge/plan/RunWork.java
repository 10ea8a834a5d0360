package io.prumerge.plan;

/**
 * The work of asking a model, for progress: estimated FLOPs with all its methods, up to the first
 * tokens. Counts in floating point, since a large sweep exceeds 64 bits.
 *
 * @param perImage work that does not depend on an image's questions
 * @param perQuestion work that a question about an image adds
 * @param perTextQuestion work of a question without an image
 */
public record RunWork(double perImage, double perQuestion, double perTextQuestion) {

  /**
   * Returns the work of asking a model elsewhere, whose FLOPs are unknown: so much per question.
   */
  static RunWork elsewhere(double perQuestion) {
    return new RunWork(0, perQuestion, perQuestion);
  }

  /**
   * Returns the work of a whole run, without the text that runs once.
   *
   * @param images number of existing images
   * @param questions number of questions about them
   * @param textQuestions number of questions without an image
   */
  public double of(long images, long questions, long textQuestions) {
    return images * perImage + questions * perQuestion + textQuestions * perTextQuestion;
  }
}
