package io.prumerge.config;

/**
 * Heads of attention.
 *
 * @param queries query heads
 * @param keys key and value heads; query head h uses head h / (queries / keys)
 * @param width of one head, which need not be hiddenSize / queries
 * @param normed whether queries and keys of each have a norm, as Qwen3's
 */
public record AttentionHeads(int queries, int keys, int width, boolean normed) {

  /** Heads without norms. */
  public AttentionHeads(int queries, int keys, int width) {
    this(queries, keys, width, false);
  }
}
