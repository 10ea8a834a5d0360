package io.prumerge.estimate;

/**
 * The work of one stage.
 *
 * @param flops as the mode counts them
 * @param pass its operators
 */
record StageWork(long flops, Pass pass) {
  static final StageWork NOTHING = new StageWork(0, Pass.NOTHING);
}
