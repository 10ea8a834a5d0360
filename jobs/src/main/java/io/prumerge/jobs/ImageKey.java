package io.prumerge.jobs;

import io.prumerge.benchmark.BenchmarkQuestion;

/**
 * What belongs together: an image with all its questions, or one text-only question.
 *
 * @param textOnly whether {@code id} is a question's id instead of an image's
 */
record ImageKey(boolean textOnly, String id) {

  static ImageKey of(BenchmarkQuestion question) {
    return question
        .image()
        .map(image -> new ImageKey(false, image.id()))
        .orElseGet(() -> new ImageKey(true, question.id()));
  }
}
