package io.prumerge.explain;

import io.prumerge.engine.ExplainedView;
import io.prumerge.lang.Text;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The histogram of the attention to patches on a logarithmic axis. Below it are the quartiles' box,
 * with a whisker to the outlier threshold, and the colours of the attention map.
 */
final class HistogramDrawing {

  private static final double WIDTH = 520;
  private static final double HEIGHT = 330;
  private static final double LEFT = 40;
  private static final double RIGHT = 500;
  private static final double TOP = 34;
  private static final double BASE = 226;
  private static final double BOX = 250;
  private static final double BOX_HEIGHT = 16;
  private static final double STRIP = 276;
  private static final double STRIP_HEIGHT = 10;
  private static final double LABELS = 304;
  private static final double LEAST_GAP = 44;
  private static final int STRIP_STEPS = 60;
  private static final int TICK_DIGITS = 2;

  private final ExplainedView view;
  private final AttentionSource source;
  private final Bins bins;
  private final double low;
  private final double high;

  private HistogramDrawing(ExplainedView view, AttentionSource source) {
    this.view = view;
    this.source = source;
    this.bins = Bins.of(view.attention(), view.quartiles().fence());
    // Shows the threshold even if no patch is above it.
    this.low = bins.border(bins.counts().firstKey());
    this.high = bins.border(Math.max(bins.counts().lastKey(), 0) + 1);
  }

  static SvgDrawing of(ExplainedView view, AttentionSource source) {
    HistogramDrawing histogram = new HistogramDrawing(view, source);
    return new SvgDrawing(
        Text.format(
            "Histogram of %s: %d of %d patches above the outlier threshold %s",
            source.name(),
            view.outliers().size(),
            view.attention().size(),
            InvariantNumbers.digits(view.quartiles().fence(), 3)),
        WIDTH,
        HEIGHT,
        svg -> {},
        histogram::paint);
  }

  private void paint(Markup svg) {
    counts(svg);
    bins.counts().forEach((bin, count) -> bar(bin, count, svg));
    box(svg);
    fence(svg);
    strip(svg);
    ticks(svg);
    text(source.name() + " to a patch", (LEFT + RIGHT) / 2, HEIGHT - 6, "middle", svg);
    text("patches", LEFT, TOP - 18, "middle", svg);
  }

  private double x(double value) {
    return LEFT + (RIGHT - LEFT) * Math.log(value / low) / Math.log(high / low);
  }

  private double y(double count) {
    return BASE - (BASE - TOP) * count / bins.most();
  }

  private void bar(int bin, int count, Markup svg) {
    double from = x(bins.border(bin));
    double to = x(bins.border(bin + 1));
    if (count > 0) {
      svg.open(
          "rect",
          "class",
          bin >= 0 ? "outlier" : "bar",
          "x",
          InvariantNumbers.coordinate(from + 0.5),
          "y",
          InvariantNumbers.coordinate(y(count)),
          "width",
          InvariantNumbers.coordinate(Math.max(0.5, to - from - 1)),
          "height",
          InvariantNumbers.coordinate(BASE - y(count)),
          "fill",
          bin >= 0 ? "#c1440a" : "#7d8b99");
      svg.element(
          "title",
          Text.format(
              "%d from %s to %s",
              count,
              InvariantNumbers.digits(bins.border(bin), 3),
              InvariantNumbers.digits(bins.border(bin + 1), 3)));
      svg.close();
    }
  }

  /** Draws at most five grid lines, at counts of 1, 2 or 5 times a power of ten. */
  private void counts(Markup svg) {
    int step = 1;
    for (int factor = 0; bins.most() / step > 5; factor++) {
      step = step * (factor % 3 == 1 ? 5 : 4) / 2; // 1, 2, 5, 10, ...
    }
    for (int count = 0; count <= bins.most(); count += step) {
      line(LEFT, y(count), RIGHT, y(count), "grid", "#d5dbe1", svg);
      text(Integer.toString(count), LEFT - 6, y(count) + 4.5, "end", svg);
    }
  }

  private void box(Markup svg) {
    Quartiles quartiles = view.quartiles();
    double middle = BOX + BOX_HEIGHT / 2;
    double first = x(Math.max(low, quartiles.first()));
    double third = x(Math.max(low, quartiles.third()));
    line(third, middle, x(bins.fence()), middle, "ink-line", "#1f2933", svg);
    svg.open(
        "rect",
        "class",
        "bar",
        "x",
        InvariantNumbers.coordinate(first),
        "y",
        InvariantNumbers.coordinate(BOX),
        "width",
        InvariantNumbers.coordinate(Math.max(1, third - first)),
        "height",
        InvariantNumbers.coordinate(BOX_HEIGHT),
        "fill",
        "#7d8b99");
    svg.element("title", "the middle half of the patches, Q1 to Q3");
    svg.close();
  }

  private void fence(Markup svg) {
    double x = x(bins.fence());
    line(x, TOP - 8, x, BOX + BOX_HEIGHT, "outlier-line", "#c1440a", svg);
    boolean left = x > (LEFT + RIGHT) / 2;
    text(
        "Q3 + 1.5 IQR = " + InvariantNumbers.digits(view.quartiles().fence(), 3),
        left ? x - 6 : x + 6,
        TOP - 8,
        left ? "end" : "start",
        svg);
  }

  private void strip(Markup svg) {
    ColourScale colours = ColourScale.of(view.attention());
    double from = x(Math.max(low, colours.low()));
    double to = x(colours.high());
    double step = (to - from) / STRIP_STEPS;
    for (int i = 0; i < STRIP_STEPS; i++) {
      svg.leaf(
          "rect",
          "x",
          InvariantNumbers.coordinate(from + i * step),
          "y",
          InvariantNumbers.coordinate(STRIP),
          "width",
          InvariantNumbers.coordinate(step + 0.3), // overlapping, so that nothing shows between
          "height",
          InvariantNumbers.coordinate(STRIP_HEIGHT),
          "fill",
          ColourScale.at((i + 0.5) / STRIP_STEPS));
    }
  }

  private void ticks(Markup svg) {
    double last = Double.NEGATIVE_INFINITY;
    for (double tick : round()) {
      double x = x(tick);
      if (x - last >= LEAST_GAP && x >= LEFT && x <= RIGHT) {
        line(x, STRIP + STRIP_HEIGHT, x, STRIP + STRIP_HEIGHT + 4, "ink-line", "#1f2933", svg);
        text(InvariantNumbers.digits(tick, TICK_DIGITS), x, LABELS, "middle", svg);
        last = x;
      }
    }
  }

  /** Returns 1, 2 and 5 times the powers of ten, ascending; only the powers if there are many. */
  private List<Double> round() {
    List<Double> values = new ArrayList<>();
    int from = (int) Math.floor(Math.log10(low));
    int to = (int) Math.ceil(Math.log10(high));
    for (int power = from; power <= to; power++) {
      for (int factor : to - from > 3 ? new int[] {1} : new int[] {1, 2, 5}) {
        values.add(factor * Math.pow(10, power));
      }
    }
    return values;
  }

  private static void line(
      double x1, double y1, double x2, double y2, String name, String colour, Markup svg) {
    svg.leaf(
        "line",
        "class",
        name,
        "x1",
        InvariantNumbers.coordinate(x1),
        "y1",
        InvariantNumbers.coordinate(y1),
        "x2",
        InvariantNumbers.coordinate(x2),
        "y2",
        InvariantNumbers.coordinate(y2),
        "stroke",
        colour,
        "stroke-width",
        name.equals("grid") ? "1" : "2");
  }

  private static void text(String text, double x, double y, String anchor, Markup svg) {
    svg.element(
        "text",
        text,
        "class",
        "ink",
        "x",
        InvariantNumbers.coordinate(x),
        "y",
        InvariantNumbers.coordinate(y),
        "text-anchor",
        anchor,
        "font-family",
        "sans-serif",
        "font-size",
        "14",
        "fill",
        "#1f2933");
  }

  /**
   * A histogram of scores with bins of equal width on a logarithmic axis. The outlier threshold is
   * an edge of a bin, so no bin mixes outliers with others.
   *
   * @param fence the outlier threshold; scores above it are in bins from 0 on
   * @param ratio upper edge / lower edge of a bin
   * @param counts by bin, empty ones included
   */
  record Bins(double fence, double ratio, TreeMap<Integer, Integer> counts) {

    /** Approximate number of bins between the smallest and the largest score. */
    private static final int CLASSES = 36;

    /** The ratio if all scores are equal. */
    private static final double ANY_RATIO = 1.1;

    static Bins of(List<Float> scores, double fence) {
      ColourScale scale = ColourScale.of(scores);
      double border = fence > 0 ? fence : scale.low();
      double ratio =
          scale.high() > scale.low()
              ? Math.pow(scale.high() / scale.low(), 1.0 / CLASSES)
              : ANY_RATIO;
      TreeMap<Integer, Integer> counts = new TreeMap<>();
      for (float score : scores) {
        double place = Math.log(Math.max(score, scale.low()) / border) / Math.log(ratio);
        int above = (int) Math.ceil(place) - 1; // a border belongs to the class below
        counts.merge(score > fence ? Math.max(0, above) : Math.min(-1, above), 1, Integer::sum);
      }
      for (int bin = counts.firstKey(); bin < counts.lastKey(); bin++) {
        counts.putIfAbsent(bin, 0);
      }
      return new Bins(border, ratio, counts);
    }

    /** Returns the lower edge of a bin. */
    double border(int bin) {
      return fence * Math.pow(ratio, bin);
    }

    int most() {
      return counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
  }
}
