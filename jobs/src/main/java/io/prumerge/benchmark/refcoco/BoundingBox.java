package io.prumerge.benchmark.refcoco;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** A box by its left, top, right and lower edge; in another order it has no area. */
record BoundingBox(double left, double top, double right, double bottom) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads what {@link #toString} gives. */
  static BoundingBox of(String text) {
    try {
      return of(JSON.readValue(text, double[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No box: " + text, e);
    }
  }

  static BoundingBox of(double... edges) {
    return new BoundingBox(edges[0], edges[1], edges[2], edges[3]);
  }

  /** Returns the box with every horizontal edge's and every vertical edge's place mapped. */
  BoundingBox map(DoubleUnaryOperator across, DoubleUnaryOperator down) {
    return new BoundingBox(
        across.applyAsDouble(left),
        down.applyAsDouble(top),
        across.applyAsDouble(right),
        down.applyAsDouble(bottom));
  }

  BoundingBox map(DoubleUnaryOperator each) {
    return map(each, each);
  }

  /** Returns the four numbers as a JSON array. */
  @Override
  public String toString() {
    return Arrays.toString(new double[] {left, top, right, bottom});
  }

  /**
   * Returns the area of both over the area of either, in double precision; 0 where there is none.
   */
  double iou(BoundingBox other) {
    double both =
        Math.max(0, Math.min(right, other.right) - Math.max(left, other.left))
            * Math.max(0, Math.min(bottom, other.bottom) - Math.max(top, other.top));
    return share(both / (area() + other.area() - both));
  }

  private double area() {
    return (right - left) * (bottom - top);
  }

  /** Returns the IoU in single precision, rounded after each step as torch does. */
  double singleIou(BoundingBox other) {
    float across = (float) Math.min(right, other.right) - (float) Math.max(left, other.left);
    float down = (float) Math.min(bottom, other.bottom) - (float) Math.max(top, other.top);
    float both = Math.max(0, across) * Math.max(0, down);
    return share(both / (singleArea() + other.singleArea() - both));
  }

  private float singleArea() {
    return ((float) right - (float) left) * ((float) bottom - (float) top);
  }

  /** Two areas that cancel out, or an infinite one, have no share. */
  private static double share(double iou) {
    return Double.isFinite(iou) ? Math.min(1, Math.max(0.0, iou)) : 0;
  }
}
