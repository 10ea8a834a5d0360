package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import java.util.Map;
import java.util.Optional;

/**
 * How a run was asked.
 *
 * @param shape the model's dimensions, if they are known
 * @param tiled whether the model sees an image in several views
 * @param prompts names of the wordings that are known, by {@code BENCHMARK/SPLIT}
 * @param limit questions per benchmark at most; 0 for all
 * @param byLetters whether the letters' logits answered questions with options
 */
public record RunAsking(
    Optional<ModelShape> shape,
    boolean tiled,
    Map<String, String> prompts,
    long limit,
    boolean byLetters) {

  public RunAsking {
    prompts = Map.copyOf(prompts);
  }
}
