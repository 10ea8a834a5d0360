package io.prumerge.engine;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import java.util.List;

/**
 * All questions of one image under all methods: the unit of work, encoded once.
 *
 * @param image encoded bytes; null for text-only questions, empty for an image that is missing
 * @param questions asked under every method
 * @param methods reduction methods
 * @param reduceBy the questions that methods look at, if they look at any
 */
public record ImageRequest(
    byte[] image, List<Question> questions, List<MethodSpec> methods, ReduceBy reduceBy) {

  /** Questions each of which is reduced by itself. */
  public ImageRequest(byte[] image, List<Question> questions, List<MethodSpec> methods) {
    this(image, questions, methods, ReduceBy.EACH);
  }

  public ImageRequest {
    questions = List.copyOf(questions);
    methods = List.copyOf(methods);
  }
}
