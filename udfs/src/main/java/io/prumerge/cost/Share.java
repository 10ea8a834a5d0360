package io.prumerge.cost;

/**
 * One of several equal shares of work that was done together. For whole numbers the first shares
 * take the remainder, so that the shares add up to the whole.
 *
 * @param index 0 for the first share
 * @param of how many there are
 */
public record Share(int index, int of) {

  /** All of it. */
  public static final Share WHOLE = new Share(0, 1);

  public long part(long whole) {
    return whole / of + (index < whole % of ? 1 : 0);
  }

  public double part(double whole) {
    return whole / of;
  }
}
