package io.prumerge.estimate;

/**
 * One stage.
 *
 * @param flops as the mode counts them
 * @param pass its operators
 */
record StageWork(long flops, Pass pass) {
  static final StageWork NOTHING = new StageWork(0, Pass.NOTHING);
}
