package io.prumerge.console;

/**
 * Counted work, in what a line shows and in what its time is proportional to: an image with one
 * question costs nearly as much as one with six.
 *
 * @param count answers, steps, bytes or the like
 * @param cost in any unit
 */
public record Work(long count, double cost) {

  /** No work. */
  public static final Work NOTHING = new Work(0);

  /** A total that nobody knows before the end. */
  public static final Work UNKNOWN = new Work(-1);

  /** Creates work that all costs the same. */
  public Work(long count) {
    this(count, count);
  }

  public Work plus(Work more) {
    return new Work(count + more.count, cost + more.cost);
  }

  public Work minus(Work less) {
    return new Work(count - less.count, cost - less.cost);
  }

  boolean isKnown() {
    return count >= 0;
  }
}
