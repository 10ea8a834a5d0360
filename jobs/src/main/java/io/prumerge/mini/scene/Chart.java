package io.prumerge.mini.scene;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A bar chart.
 *
 * @param bars from left to right, of distinct colours and distinct heights
 */
public record Chart(List<Bar> bars) {
  public Chart {
    bars = List.copyOf(bars);
    if (bars.size() < 2) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A chart of %d bars compares nothing", bars.size()));
    }
    if (bars.stream().map(Bar::colour).distinct().count() < bars.size()
        || bars.stream().map(Bar::units).distinct().count() < bars.size()) {
      throw new IllegalArgumentException("Two bars share a colour or a height: " + bars);
    }
  }

  /** Returns the highest bar. */
  public Bar tallest() {
    return bars.stream().max(Comparator.comparingInt(Bar::units)).orElseThrow();
  }

  /** Returns the lowest bar. */
  public Bar shortest() {
    return bars.stream().min(Comparator.comparingInt(Bar::units)).orElseThrow();
  }

  /**
   * One bar of a chart.
   *
   * @param units height in patches, 1 to {@value #HIGHEST}
   * @param box one patch wide and {@code units} patches high, on the patch grid
   */
  public record Bar(Colour colour, int units, Box box) {

    /** Height of the highest bar, in patches. */
    public static final int HIGHEST = 7;

    public Bar {
      Objects.requireNonNull(colour, "colour is null");
      if (units < 1 || units > HIGHEST) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Bar of %d units; 1 to %d can be drawn", units, HIGHEST));
      }
      if (box.width() != Scene.PATCH || box.height() != units * Scene.PATCH) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s is not the box of %d units", box, units));
      }
    }
  }
}
