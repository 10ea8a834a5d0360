package io.prumerge.plan;

import java.util.List;
import java.util.Map;

/**
 * The planned part of a benchmark, in images and questions.
 *
 * @param images number of images
 * @param questions number of questions about images
 * @param textQuestions number of questions without an image
 * @param differentImages of the images, told apart by what they show in place of their names; all
 *     where that was not counted
 */
public record BenchmarkSize(
    String benchmark,
    String split,
    long images,
    long questions,
    long textQuestions,
    long differentImages) {

  /**
   * Returns this size with the number of different images.
   *
   * @param counted by {@link io.prumerge.prepare.ExampleKeys#differentImages}
   */
  BenchmarkSize telling(Map<List<String>, Long> counted) {
    return new BenchmarkSize(
        benchmark, split, images, questions, textQuestions, counted.get(List.of(benchmark, split)));
  }

  /** Returns the sum of both sizes, under this one's name. */
  public BenchmarkSize plus(BenchmarkSize more) {
    return new BenchmarkSize(
        benchmark,
        split,
        images + more.images,
        questions + more.questions,
        textQuestions + more.textQuestions,
        differentImages + more.differentImages);
  }

  /** Returns the questions about an image, rounded, and at least 1. */
  public long questionsOfImage() {
    return images == 0 ? 1 : Math.max(1, Math.round(questions / (double) images));
  }
}
