package io.prumerge.reduction.decoder;

/**
 * How many tokens a cut keeps: {@code tokens}, or of n tokens {@code ratio}: round(n ratio), half
 * to even as in Python, at least one.
 *
 * @param tokens 0 for the share
 */
record KeptShare(int tokens, double ratio) {

  static final double DEFAULT_RATIO = 0.5;

  /** Reads the two keys, of which one may be given. */
  static KeptShare of(CutParameters parameters) {
    parameters.onlyOne(CutParameters.TOKENS, CutParameters.RATIO);
    double ratio = parameters.share(CutParameters.RATIO, DEFAULT_RATIO);
    return new KeptShare(parameters.count(CutParameters.TOKENS, 0), ratio);
  }

  /** Returns how many of {@code all} tokens are kept. */
  int of(int all) {
    return tokens > 0 ? tokens : Math.max(1, (int) Math.rint(all * ratio));
  }
}
