package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.io.Serializable;

/**
 * One figure of a combination.
 *
 * @param figure its index among the result's figures
 * @param slope change of the value per change of the figure
 */
record CombinationTerm(ScoreKey key, int figure, double slope) implements Serializable {}
