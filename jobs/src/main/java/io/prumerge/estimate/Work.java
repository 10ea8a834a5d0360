package io.prumerge.estimate;

/**
 * One stage.
 *
 * @param flops as the mode counts them
 * @param pass its operators
 */
record Work(long flops, Pass pass) {
  static final Work NOTHING = new Work(0, Pass.NOTHING);
}
