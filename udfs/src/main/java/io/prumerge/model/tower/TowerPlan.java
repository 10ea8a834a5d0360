package io.prumerge.model.tower;

import java.util.Arrays;

/**
 * The layers of one run of the tower, all counted from 0.
 *
 * @param run how many run
 * @param watched layers whose queries and keys stay at hand, rising
 * @param looked how many layers' values stay at hand too
 * @param forks how many layers have run where hidden states stay at hand, rising
 */
record TowerPlan(int run, int[] watched, int looked, int[] forks) {

  /** A run of which nothing stays at hand but its end. */
  static TowerPlan plain(int run) {
    return new TowerPlan(run, new int[0], 0, new int[0]);
  }

  /** Which of the forks is behind so many layers. */
  int fork(int layers) {
    return Arrays.binarySearch(forks, layers);
  }
}
