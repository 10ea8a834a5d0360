package io.prumerge.engine;

import io.prumerge.reduction.MethodSpec;
import java.util.List;

/**
 * All questions of one image under all methods: the unit of work, encoded once.
 *
 * @param image encoded bytes; null for text-only questions, empty for an image that is missing
 * @param questions asked under every method
 * @param methods reduction methods
 */
public record ImageRequest(byte[] image, List<Question> questions, List<MethodSpec> methods) {

  public ImageRequest {
    questions = List.copyOf(questions);
    methods = List.copyOf(methods);
  }
}
