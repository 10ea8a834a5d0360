package io.prumerge.engine;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import java.util.List;
import java.util.Optional;

/**
 * All questions about an image, or about several in one prompt, under all methods: the unit of
 * work, encoded once.
 *
 * @param images encoded bytes of each, in the order of their places in a prompt; none for text-only
 *     questions, empty bytes for an image that is missing
 * @param questions asked under every method
 * @param methods reduction methods
 * @param reduceBy the questions that methods look at, if they look at any
 */
public record ImageRequest(
    List<byte[]> images, List<Question> questions, List<MethodSpec> methods, ReduceBy reduceBy) {

  /**
   * Questions about one image.
   *
   * @param image encoded bytes; null for text-only questions, empty for an image that is missing
   */
  public ImageRequest(
      byte[] image, List<Question> questions, List<MethodSpec> methods, ReduceBy reduceBy) {
    this(Optional.ofNullable(image).stream().toList(), questions, methods, reduceBy);
  }

  /** Questions about one image, each of which is reduced separately. */
  public ImageRequest(byte[] image, List<Question> questions, List<MethodSpec> methods) {
    this(image, questions, methods, ReduceBy.EACH);
  }

  public ImageRequest {
    images = List.copyOf(images);
    questions = List.copyOf(questions);
    methods = List.copyOf(methods);
  }
}
