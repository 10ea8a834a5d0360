package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.image.Area;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The canvas of all drawings of one image: the image and the square that the patches cover. The
 * longer side of both together has 1000 units.
 */
final class ImageCanvas {

  private static final double UNITS = 1000;

  /** The mean colour of CLIP's training images; LLaVA pads with it. */
  private static final String PADDING = "#7a7468";

  private static final double DROPPED = 0.75;
  private static final double UNSEEN = 0.9;

  private final Explanation explanation;
  private final String id;
  private final Area canvas;
  private final double scale;

  /**
   * @param id id of the image's element in the document
   */
  ImageCanvas(Explanation explanation, String id) {
    this.explanation = explanation;
    this.id = id;
    int width = explanation.picture().width();
    int height = explanation.picture().height();
    this.canvas = new Area(0, 0, width, height).with(explanation.seen());
    this.scale = UNITS / Math.max(canvas.width(), canvas.height());
  }

  Explanation explanation() {
    return explanation;
  }

  double width() {
    return canvas.width() * scale;
  }

  double height() {
    return canvas.height() * scale;
  }

  /** Returns the image's element, once per document; {@link #picture} refers to it. */
  void define(Markup svg) {
    Area picture =
        placed(new Area(0, 0, explanation.picture().width(), explanation.picture().height()));
    svg.leaf(
        "image",
        "id",
        id,
        "x",
        InvariantNumbers.coordinate(picture.left()),
        "y",
        InvariantNumbers.coordinate(picture.top()),
        "width",
        InvariantNumbers.coordinate(picture.width()),
        "height",
        InvariantNumbers.coordinate(picture.height()),
        "preserveAspectRatio",
        "none",
        "href",
        EmbeddedPicture.url(explanation.picture()));
  }

  /** Returns a drawing on this canvas. */
  Drawing drawing(String label, Consumer<Markup> content) {
    return new Drawing(label, width(), height(), this::define, content);
  }

  /** Draws the image and its padding. */
  void picture(Markup svg) {
    svg.leaf("path", "d", outline(explanation.seen()), "fill", PADDING);
    svg.leaf("use", "href", "#" + id);
  }

  /**
   * Fades all patches but some, as the paper's figures do; fades the area outside all patches more.
   */
  void veil(Markup svg, Collection<Integer> clear) {
    fade(svg, outline(canvas) + outline(explanation.seen()), UNSEEN);
    fade(svg, outline(explanation.seen()) + path(clear), DROPPED);
  }

  /** Returns the area between outlines; inner outlines are holes. */
  private static void fade(Markup svg, String outlines, double opacity) {
    svg.leaf(
        "path",
        "class",
        "veil",
        "d",
        outlines,
        "fill",
        "#ffffff",
        "fill-opacity",
        InvariantNumbers.coordinate(opacity),
        "fill-rule",
        "evenodd");
  }

  /** Returns the outlines of patches. */
  String path(Collection<Integer> patches) {
    StringBuilder path = new StringBuilder();
    patches.forEach(patch -> path.append(outline(explanation.patch(patch))));
    return path.toString();
  }

  /** Returns the area of a patch in units of the drawing. */
  Area patch(int patch) {
    return placed(explanation.patch(patch));
  }

  private String outline(Area area) {
    Area placed = placed(area);
    String width = InvariantNumbers.coordinate(placed.width());
    return String.format(
        Locale.ROOT,
        "M%s %sh%sv%sh-%sz",
        InvariantNumbers.coordinate(placed.left()),
        InvariantNumbers.coordinate(placed.top()),
        width,
        InvariantNumbers.coordinate(placed.height()),
        width);
  }

  private Area placed(Area area) {
    return new Area(
        (area.left() - canvas.left()) * scale,
        (area.top() - canvas.top()) * scale,
        area.width() * scale,
        area.height() * scale);
  }
}
