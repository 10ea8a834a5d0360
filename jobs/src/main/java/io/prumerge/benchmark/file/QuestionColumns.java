package io.prumerge.benchmark.file;

import java.util.List;
import java.util.Optional;

/**
 * The columns that hold the parts of a question.
 *
 * @param id empty = the row's number, from 1
 * @param images of the pictures, in the order of the prompt; none = questions about text
 * @param options one column per option; or, if {@code optionsInOne}, one with a list
 * @param categories of the groups with figures of their own
 * @param unit of the questions that are right together
 */
record QuestionColumns(
    Optional<String> id,
    List<String> images,
    String question,
    List<String> options,
    boolean optionsInOne,
    Optional<String> answers,
    List<String> categories,
    Optional<String> unit) {

  QuestionColumns {
    images = List.copyOf(images);
    options = List.copyOf(options);
    categories = List.copyOf(categories);
  }

  /** Returns whether the columns could be read; without them, other faults only follow. */
  boolean isNamed() {
    return !question.isEmpty();
  }
}
