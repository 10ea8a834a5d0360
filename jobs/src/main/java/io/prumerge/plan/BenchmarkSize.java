package io.prumerge.plan;

/**
 * How much of a benchmark is planned.
 *
 * @param images images with questions about them
 * @param questions questions about images
 * @param textQuestions questions without an image
 */
record BenchmarkSize(
    String benchmark, String split, long images, long questions, long textQuestions) {

  /** Both together, under this one's name. */
  BenchmarkSize plus(BenchmarkSize more) {
    return new BenchmarkSize(
        benchmark,
        split,
        images + more.images,
        questions + more.questions,
        textQuestions + more.textQuestions);
  }
}
