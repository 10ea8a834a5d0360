package io.prumerge.engine;

import io.prumerge.cost.ReductionWork;
import io.prumerge.model.EncodedImage;
import io.prumerge.model.ProjectedTokens;
import io.prumerge.model.Projector;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;

/**
 * One method's visual tokens of one image, projected; without an image, the method alone.
 *
 * @param method index into the request's methods
 * @param spec the method's canonical spelling
 * @param work what the method's own reduction does; null without an image
 * @param kept patches in the order fed; null when nothing was dropped
 * @param projected rows for the language model; null without an image
 * @param looked whether the image's scores were asked for, by the method or by its token count
 * @param millis wall time, without the scores that all methods share
 */
record Branch(
    int method,
    String spec,
    ReductionWork work,
    int[] kept,
    ProjectedTokens projected,
    boolean looked,
    double millis)
    implements AutoCloseable {

  /**
   * Applies a reducer and projects what it leaves.
   *
   * @throws io.prumerge.reduction.ReductionException if the method cannot reduce this image
   */
  static Branch reduce(int method, TokenReducer reducer, EncodedImage image, Projector projector) {
    long start = System.nanoTime();
    double scoringBefore = image.scoringMillis();
    int looksBefore = image.looks();
    try (Reduction reduction = reducer.reduce(image)) {
      ProjectedTokens projected = projector.project(reduction);
      double scoring = image.scoringMillis() - scoringBefore;
      return new Branch(
          method,
          reducer.spec().toString(),
          ReductionWork.of(reducer, reduction),
          reduction.keptIndices().orElse(null),
          projected,
          image.looks() > looksBefore,
          ImageAnswerer.millisSince(start) - scoring);
    }
  }

  /** A method that had no image to work on. */
  static Branch text(int method, MethodSpec spec) {
    return new Branch(method, spec.toString(), null, null, null, false, 0);
  }

  boolean visual() {
    return projected != null;
  }

  /** All tokens the language model receives. */
  int tokens() {
    return projected.tokens();
  }

  @Override
  public void close() {
    projected.close();
  }
}
