package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.TokenBudget;

/**
 * How many tokens a cut keeps: {@code tokens}, or of n tokens {@code ratio}: round(n ratio), half
 * to even as in Python, at least one.
 *
 * @param tokens 0 for the share
 */
record KeptShare(int tokens, double ratio) {

  static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.5);

  /** Reads {@code ratio} and {@link TokenBudget#OPTIONAL}, of which one may be given. */
  static KeptShare of(Parameters parameters) {
    parameters.onlyOne(TokenBudget.OPTIONAL, RATIO);
    double ratio = parameters.value(RATIO);
    return new KeptShare(parameters.given(TokenBudget.OPTIONAL).orElse(0), ratio);
  }

  /** Returns how many of {@code all} tokens are kept. */
  int of(int all) {
    return tokens > 0 ? tokens : Math.max(1, (int) Math.rint(all * ratio));
  }
}
