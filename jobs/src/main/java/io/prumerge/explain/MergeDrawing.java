package io.prumerge.explain;

import io.prumerge.engine.MethodChoice;
import io.prumerge.image.Area;
import io.prumerge.lang.Text;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A map of the merge. Every patch that a token stands for has the token's number. Each merged patch
 * has the colour and the number of the token that it is closest to; many patches are merged into
 * several.
 */
final class MergeDrawing {

  private static final String OPACITY = "0.62";
  private static final double TEXT = 0.42;
  private static final double HALO = 0.25;

  private MergeDrawing() {}

  static SvgDrawing of(ImageCanvas ground, MethodChoice choice) {
    List<Merge> merges = ground.map().merges(choice);
    return ground.drawing(
        Text.format(
            "Patches in the colours of the %d tokens they are merged into, by %s",
            merges.size(), choice.method()),
        svg -> {
          Map<Integer, Integer> clusters = clusters(merges);
          Map<Integer, Integer> kept = kept(merges);
          List<Integer> involved = new ArrayList<>(clusters.keySet());
          kept.keySet().stream()
              .filter(patch -> !clusters.containsKey(patch))
              .forEach(involved::add);
          ground.picture(svg);
          ground.veil(svg, involved);
          clusters.forEach(
              (patch, cluster) -> {
                if (!kept.containsKey(patch)) {
                  cell(ground, patch, cluster, OPACITY, "normal", svg);
                }
              });
          kept.forEach((patch, cluster) -> cell(ground, patch, cluster, "1", "bold", svg));
          ImageCanvas.frame(ground.path(List.copyOf(kept.keySet())), "#000000", "4", svg);
        });
  }

  /** Returns, by patch that a token stands for, the token's index; in the tokens' order. */
  private static Map<Integer, Integer> kept(List<Merge> merges) {
    Map<Integer, Integer> kept = new LinkedHashMap<>();
    for (int cluster = 0; cluster < merges.size(); cluster++) {
      OptionalInt patch = merges.get(cluster).patch();
      if (patch.isPresent()) {
        kept.put(patch.getAsInt(), cluster);
      }
    }
    return kept;
  }

  /** Returns, by patch, the index of the closest token that it is merged into. */
  static Map<Integer, Integer> clusters(List<Merge> merges) {
    Map<Integer, Integer> clusters = new TreeMap<>();
    Map<Integer, Float> nearest = new TreeMap<>();
    for (int cluster = 0; cluster < merges.size(); cluster++) {
      for (Neighbour neighbour : merges.get(cluster).neighbours()) {
        Float before = nearest.get(neighbour.patch());
        if (before == null || neighbour.closeness() > before) {
          nearest.put(neighbour.patch(), neighbour.closeness());
          clusters.put(neighbour.patch(), cluster);
        }
      }
    }
    return clusters;
  }

  private static void cell(
      ImageCanvas ground, int patch, int cluster, String opacity, String weight, Markup svg) {
    svg.leaf(
        "path",
        "d",
        ground.path(List.of(patch)),
        "fill",
        TolColours.colour(cluster),
        "fill-opacity",
        opacity);
    number(ground.patch(patch), cluster, weight, svg);
  }

  /** Writes a number with a halo, because the image shows through. */
  private static void number(Area area, int cluster, String weight, Markup svg) {
    double size = TEXT * Math.min(area.width(), area.height());
    String ink = TolColours.inkOn(cluster);
    svg.open(
        "g",
        "text-anchor",
        "middle",
        "font-family",
        "sans-serif",
        "font-size",
        InvariantNumbers.coordinate(size),
        "font-weight",
        weight);
    String x = InvariantNumbers.coordinate(area.left() + area.width() / 2);
    String y = InvariantNumbers.coordinate(area.top() + area.height() / 2 + 0.36 * size);
    String text = Integer.toString(cluster + 1);
    svg.element(
        "text",
        text,
        "x",
        x,
        "y",
        y,
        "fill",
        "none",
        "stroke",
        TolColours.colour(cluster),
        "stroke-width",
        InvariantNumbers.coordinate(HALO * size),
        "stroke-linejoin",
        "round");
    svg.element("text", text, "x", x, "y", y, "fill", ink);
    svg.close();
  }

  /**
   * Colours that the colour-blind can distinguish (Paul Tol's muted scheme), used in turn; numbers
   * distinguish patches of the same colour.
   */
  private static final class TolColours {

    private static final String[] COLOURS = {
      "#332288", "#DDCC77", "#CC6677", "#88CCEE", "#117733", "#AA4499", "#999933", "#882255",
      "#44AA99"
    };

    /** Luminance weights of the channels (Rec. 709). */
    private static final double[] LUMINANCE = {0.2126, 0.7152, 0.0722};

    private TolColours() {}

    static String colour(int index) {
      return COLOURS[index % COLOURS.length];
    }

    /** Returns black or white, whichever has more contrast on a colour. */
    static String inkOn(int index) {
      int colour = Integer.decode(colour(index));
      double light = 0;
      for (int channel = 0; channel < LUMINANCE.length; channel++) {
        light += LUMINANCE[channel] * (colour >> (16 - 8 * channel) & 0xFF);
      }
      return light > 128 ? "#000000" : "#ffffff";
    }
  }
}
