package io.prumerge.explain;

import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.image.Area;
import io.prumerge.image.Resample;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The canvas of all drawings of one image: the image and the area that the patches of its views
 * cover. The longer side of all together has 1000 units.
 */
final class ImageCanvas {

  private static final double UNITS = 1000;

  /** The mean colour of CLIP's training images; LLaVA pads with it. */
  private static final String PADDING = "#7a7468";

  private static final double DROPPED = 0.75;
  private static final double UNSEEN = 0.9;

  private final PatchMap map;
  private final String id;
  private final String url;
  private final Area canvas;
  private final double scale;

  private ImageCanvas(PatchMap map, Area canvas, String id, String url) {
    this.map = map;
    this.id = id;
    this.url = url;
    this.canvas = canvas;
    this.scale = UNITS / Math.max(canvas.width(), canvas.height());
  }

  /**
   * Returns the canvas with the patches of the whole image, and, for an image that has some, the
   * same canvas with those of its tiles.
   *
   * @param id id of the image's element in the document
   */
  static List<ImageCanvas> of(Explanation explanation, String id) {
    Area canvas = new Area(0, 0, explanation.picture().width(), explanation.picture().height());
    for (ExplainedView view : explanation.views()) {
      canvas = canvas.with(view.seen());
    }
    String url = EmbeddedPicture.url(explanation.picture(), EmbeddedPicture.LONGEST_SIDE);
    List<ImageCanvas> grounds = new ArrayList<>();
    grounds.add(new ImageCanvas(PatchMap.whole(explanation), canvas, id, url));
    Optional<PatchMap> tiles = PatchMap.tiles(explanation);
    if (tiles.isPresent()) {
      grounds.add(new ImageCanvas(tiles.get(), canvas, id, url));
    }
    return grounds;
  }

  /**
   * Returns a canvas for each view of a video that is drawn, which shows its first frame.
   *
   * @param id how the ids of the frames' elements in the document begin
   */
  static List<ImageCanvas> of(Explanation explanation, VideoStrip strip, String id) {
    List<ImageCanvas> grounds = new ArrayList<>();
    for (int view : strip.shown()) {
      RgbImage frame = strip.frame(view);
      Area canvas =
          new Area(0, 0, frame.width(), frame.height()).with(explanation.views().get(view).seen());
      grounds.add(
          new ImageCanvas(
              PatchMap.ofVideo(explanation, frame, view),
              canvas,
              id + "-" + view,
              EmbeddedPicture.url(frame, EmbeddedPicture.FRAMES_LONGEST_SIDE)));
    }
    return grounds;
  }

  PatchMap map() {
    return map;
  }

  double width() {
    return canvas.width() * scale;
  }

  double height() {
    return canvas.height() * scale;
  }

  /** Returns the image's element, once per document; {@link #picture} refers to it. */
  void define(Markup svg) {
    Area picture = placed(new Area(0, 0, map.picture().width(), map.picture().height()));
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
        url);
  }

  /** Returns a drawing on this canvas, with borders between tiles. */
  SvgDrawing drawing(String label, Consumer<Markup> content) {
    return new SvgDrawing(label, width(), height(), this::define, content.andThen(this::borders));
  }

  /** Draws the image and its padding. */
  void picture(Markup svg) {
    svg.leaf("path", "d", outline(map.seen()), "fill", PADDING);
    svg.leaf("use", "href", "#" + id);
  }

  /** Draws the borders of tiles, on top of what else is drawn. */
  private void borders(Markup svg) {
    if (map.isTiled()) {
      StringBuilder path = new StringBuilder();
      map.views().stream().map(ExplainedView::seen).map(this::outline).forEach(path::append);
      frame(path.toString(), "#000000", "5", svg);
      frame(path.toString(), "#ffffff", "2", svg);
    }
  }

  /** Draws lines around areas. */
  static void frame(String path, String colour, String width, Markup svg) {
    svg.leaf("path", "d", path, "fill", "none", "stroke", colour, "stroke-width", width);
  }

  /**
   * Fades all patches but some, as the paper's figures do; fades the area outside all patches more.
   */
  void veil(Markup svg, Collection<Integer> clear) {
    fade(svg, outline(canvas) + outline(map.seen()), UNSEEN);
    fade(svg, outline(map.seen()) + path(clear), DROPPED);
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
    patches.forEach(patch -> path.append(outline(map.patch(patch))));
    return path.toString();
  }

  /** Returns the area of a patch in units of the drawing. */
  Area patch(int patch) {
    return placed(map.patch(patch));
  }

  private String outline(Area area) {
    Area placed = placed(area);
    String width = InvariantNumbers.coordinate(placed.width());
    return Text.format(
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

  /** An image as a data URL, at the size in the document. */
  private static final class EmbeddedPicture {

    static final int LONGEST_SIDE = 1008;

    /** Of one of several frames beside each other. */
    static final int FRAMES_LONGEST_SIDE = 336;

    private EmbeddedPicture() {}

    /**
     * Returns the decoded pixels as a data URL, without the file's orientation and comments, as the
     * model receives them.
     *
     * @param most pixels of the longer side; a larger picture is shrunk
     */
    static String url(RgbImage picture, int most) {
      byte[] png = PngRenderer.bytes(shrunk(picture, most).buffered());
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    private static RgbImage shrunk(RgbImage picture, int most) {
      int longest = Math.max(picture.width(), picture.height());
      if (longest <= most) {
        return picture;
      }
      double scale = (double) most / longest;
      int width = Math.max(1, (int) Math.round(picture.width() * scale));
      int height = Math.max(1, (int) Math.round(picture.height() * scale));
      return Resample.BOX.resized(picture, width, height, new Rectangle(width, height));
    }
  }
}
