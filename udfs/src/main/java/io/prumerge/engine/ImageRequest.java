package io.prumerge.engine;

import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * All questions about an image, a video, or several in one prompt, under all methods: the unit of
 * work, encoded once, and once more for each smaller picture that methods see.
 *
 * @param visuals in the order of their places in a prompt; none for text-only questions
 * @param questions asked under every method
 * @param reducers the methods, which many requests may share
 * @param reduceBy the questions that methods look at, if they look at any
 * @param made is told how many more answers are made, before all are; by any thread
 */
public record ImageRequest(
    List<Visual> visuals,
    List<Question> questions,
    List<TokenReducer> reducers,
    ReduceBy reduceBy,
    IntConsumer made) {

  /** A request of which nobody is told how far it is. */
  public ImageRequest(
      List<Visual> visuals,
      List<Question> questions,
      List<TokenReducer> reducers,
      ReduceBy reduceBy) {
    this(visuals, questions, reducers, reduceBy, answers -> {});
  }

  /**
   * Questions about one image, whose methods are looked up in the calling thread's context class
   * loader.
   *
   * @param image encoded bytes; null for text-only questions, empty for an image that is missing
   */
  public ImageRequest(
      byte[] image, List<Question> questions, List<MethodSpec> methods, ReduceBy reduceBy) {
    this(
        Visual.pictures(Optional.ofNullable(image).stream().toList()),
        questions,
        TokenReducers.of(methods),
        reduceBy);
  }

  /** Questions about one image, each of which is reduced separately. */
  public ImageRequest(byte[] image, List<Question> questions, List<MethodSpec> methods) {
    this(image, questions, methods, ReduceBy.EACH);
  }

  public ImageRequest {
    visuals = List.copyOf(visuals);
    questions = List.copyOf(questions);
    reducers = List.copyOf(reducers);
  }
}
