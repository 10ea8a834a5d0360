package io.prumerge.model.tower;

import java.util.Arrays;

/**
 * The layers of one run of the tower, all counted from 0.
 *
 * @param run how many run
 * @param watched layers whose queries and keys are kept, rising
 * @param looked how many layers' values are kept too
 * @param forks how many layers have run where hidden states are kept, rising
 */
record TowerPlan(int run, int[] watched, int looked, int[] forks) {

  /** Returns a run of which nothing is kept but its end. */
  static TowerPlan plain(int run) {
    return new TowerPlan(run, new int[0], 0, new int[0]);
  }

  /** Returns which of the forks is after that many layers. */
  int fork(int layers) {
    return Arrays.binarySearch(forks, layers);
  }
}
