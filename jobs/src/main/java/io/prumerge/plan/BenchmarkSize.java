package io.prumerge.plan;

/**
 * The planned part of a benchmark, in images and questions.
 *
 * @param images number of images
 * @param questions number of questions about images
 * @param textQuestions number of questions without an image
 */
record BenchmarkSize(
    String benchmark, String split, long images, long questions, long textQuestions) {

  /** Returns the sum of both sizes, under this one's name. */
  BenchmarkSize plus(BenchmarkSize more) {
    return new BenchmarkSize(
        benchmark,
        split,
        images + more.images,
        questions + more.questions,
        textQuestions + more.textQuestions);
  }

  /** Returns the questions about an image, rounded, and at least 1. */
  long questionsOfImage() {
    return images == 0 ? 1 : Math.max(1, Math.round(questions / (double) images));
  }
}
