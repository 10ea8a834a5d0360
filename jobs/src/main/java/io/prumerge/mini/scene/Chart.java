package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.Comparator;
import java.util.List;

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
          Text.format("A chart of %d bars compares nothing", bars.size()));
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
}
