package io.prumerge.video;

/** Points at equal distances as {@code numpy.linspace} computes them, from 0 on. */
final class Linspace {

  private Linspace() {}

  /**
   * Returns a point.
   *
   * @param i from 0
   * @param end the last point, which is exact
   * @param points how many there are; one alone is 0
   */
  static double at(int i, int end, int points) {
    if (points > 1 && i == points - 1) {
      return end;
    }
    return points == 1 ? 0 : i * (end / (points - 1.0));
  }
}
