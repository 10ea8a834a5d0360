package io.prumerge.bench;

/** A bound that a figure is meant to keep. */
record Goal(Side side, double bound) {

  /** Which side of the bound is good. */
  enum Side {
    AT_LEAST("\u2265 "),
    AT_MOST("\u2264 ");

    private final String sign;

    Side(String sign) {
      this.sign = sign;
    }
  }

  static Goal atLeast(double bound) {
    return new Goal(Side.AT_LEAST, bound);
  }

  static Goal atMost(double bound) {
    return new Goal(Side.AT_MOST, bound);
  }

  boolean met(double value) {
    return side == Side.AT_LEAST ? value >= bound : value <= bound;
  }

  String text(Unit unit) {
    return side.sign + unit.text(bound);
  }
}
