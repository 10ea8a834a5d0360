package io.prumerge.explain;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.renderer.SVGRenderingHints;
import com.github.weisj.jsvg.view.ViewBox;
import io.prumerge.console.TextColumns;
import io.prumerge.console.TextTable;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.CostModel.QuestionCost;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.Explanation.ExplainedView;
import io.prumerge.engine.Explanation.MethodChoice;
import io.prumerge.engine.Explanation.QueryAttention;
import io.prumerge.engine.Explanation.StayingQueries;
import io.prumerge.explain.Markup.InvariantNumbers;
import io.prumerge.reduction.prumerge.Quartiles;
import io.prumerge.store.FileNames;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import javax.xml.stream.XMLInputFactory;

/**
 * One image with its explanation under each method.
 *
 * @param source path of the image
 * @param folder folder of its files, next to the page
 * @param sha256 of the encoded bytes, hexadecimal
 * @param methods in the order of the command
 */
public record ExplainedImage(
    String source,
    String folder,
    String sha256,
    Explanation explanation,
    List<ExplainedMethod> methods) {

  public ExplainedImage {
    methods = List.copyOf(methods);
  }

  /** Returns the canvases for all drawings of this image. */
  List<ImageCanvas> grounds() {
    return ImageCanvas.of(explanation, "picture-" + folder);
  }

  /** Returns PNG files by their names in {@link #folder}. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    drawings().entrySet().parallelStream() // each is a second of a core's time for a large picture
        .map(drawing -> Map.entry(drawing.getKey(), Png.of(drawing.getValue())))
        .forEachOrdered(file -> files.put(file.getKey(), file.getValue()));
    return files;
  }

  private Map<String, Drawing> drawings() {
    Map<String, Drawing> files = new LinkedHashMap<>();
    for (ImageCanvas ground : grounds()) {
      String prefix = ground.map().isTiled() ? "tiles-" : "";
      files.put(prefix + "attention.png", AttentionDrawing.of(ground));
      for (ExplainedMethod method : methods) {
        MethodChoice choice = method.choice();
        String name = FileNames.safe(choice.method().toString());
        String suffix = "-" + name + ".png";
        if (explanation.queries().isPresent()) {
          QueryAttention looks = explanation.queries().get();
          for (StayingQueries staying : choice.staying()) {
            files.put(
                String.format(Locale.ROOT, "queries-%s-from-%d.png", name, staying.layer()),
                AttentionDrawing.of(ground, looks, staying));
          }
          continue;
        }
        files.put(prefix + "kept" + suffix, KeptDrawing.of(ground, choice));
        if (!ground.map().merges(choice).isEmpty()) {
          files.put(prefix + "merged" + suffix, MergeDrawing.of(ground, choice));
        }
      }
    }
    List<String> names = ViewSection.names(explanation);
    for (int view = 0; view < names.size(); view++) {
      String prefix = view == 0 ? "" : names.get(view).replace(' ', '-') + "-";
      files.put(
          prefix + "histogram.png",
          HistogramDrawing.of(explanation.views().get(view), AttentionSource.of(explanation)));
    }
    return files;
  }

  /** Renders drawings as PNG files, on white. */
  static final class Png {

    private static final double LONGEST_SIDE = 1008;

    /** The default limit of path segments is too low for an image's patches. */
    private static final DocumentLimits LIMITS =
        new DocumentLimits(
            DocumentLimits.DEFAULT_MAX_NESTING_DEPTH,
            DocumentLimits.DEFAULT_MAX_USE_NESTING_DEPTH,
            Integer.MAX_VALUE);

    private Png() {}

    static byte[] of(Drawing drawing) {
      double scale = LONGEST_SIDE / Math.max(drawing.width(), drawing.height());
      int width = Math.max(1, (int) Math.round(drawing.width() * scale));
      int height = Math.max(1, (int) Math.round(drawing.height() * scale));
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      // Without it, a pattern of the picture is painted pixel by pixel, for smooth edges.
      graphics.setRenderingHint(
          SVGRenderingHints.KEY_IMAGE_ANTIALIASING, SVGRenderingHints.VALUE_IMAGE_ANTIALIASING_OFF);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      document(drawing).render((Component) null, graphics, new ViewBox(width, height));
      graphics.dispose();
      return bytes(image);
    }

    /** Returns an image as a PNG file. */
    static byte[] bytes(BufferedImage image) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      // A stream of its own: ImageIO's would go through a file.
      try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageIO.write(image, "png", out);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write a picture to memory", e);
      }
      return bytes.toByteArray();
    }

    // By Java's own parser: that of Hadoop's client, which would be found first, takes no picture
    // of more than 512 KiB.
    private static SVGDocument document(Drawing drawing) {
      XMLInputFactory parsers = XMLInputFactory.newDefaultFactory();
      parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      String svg = drawing.document();
      SVGDocument document =
          new SVGLoader()
              .load(
                  () -> parsers.createXMLEventReader(new StringReader(svg)),
                  null,
                  LoaderContext.builder().documentLimits(LIMITS).build());
      if (document == null) {
        throw new IllegalStateException("Cannot read the drawing '" + drawing.label() + "'");
      }
      return document;
    }
  }

  /**
   * The page's numbers about the attention in one view.
   *
   * @param name of the view
   * @param histogram SVG: histogram of the attention
   * @param numbers the attention's quartiles and sums
   */
  record ViewSection(String name, String histogram, List<NamedNumber> numbers) {

    /** A number with its name. */
    record NamedNumber(String title, String value) {

      private static NamedNumber of(String title, double value) {
        return new NamedNumber(title, InvariantNumbers.digits(value, 4));
      }
    }

    static ViewSection of(String name, ExplainedView view, AttentionSource source) {
      return new ViewSection(name, HistogramDrawing.of(view, source).element(), numbers(view));
    }

    /**
     * Returns the names of an image's views: the whole image, and the tiles by row and column, from
     * 1.
     */
    static List<String> names(Explanation explanation) {
      List<String> names = new ArrayList<>();
      names.add("whole image");
      for (int row = 1; row <= explanation.grid().rows(); row++) {
        for (int col = 1; col <= explanation.grid().cols(); col++) {
          names.add(String.format(Locale.ROOT, "tile %d.%d", row, col));
        }
      }
      return names;
    }

    private static List<NamedNumber> numbers(ExplainedView view) {
      Quartiles quartiles = view.quartiles();
      List<Float> attention = view.attention();
      return List.of(
          NamedNumber.of("Q1", quartiles.first()),
          NamedNumber.of("Q3", quartiles.third()),
          NamedNumber.of("outlier threshold, Q3 + 1.5 (Q3 − Q1)", quartiles.fence()),
          NamedNumber.of(
              "largest", attention.stream().mapToDouble(Float::doubleValue).max().orElseThrow()),
          NamedNumber.of(
              "sum over all patches", attention.stream().mapToDouble(Float::doubleValue).sum()),
          NamedNumber.of(
              "sum over outliers", view.outliers().stream().mapToDouble(attention::get).sum()));
    }
  }

  /**
   * One method on one image.
   *
   * @param flopsVision FLOPs of the vision tower
   * @param flopsReduction FLOPs of scoring, selection and merging; with a question, of what cuts
   *     inside the decoder look at too
   * @param flopsProjector FLOPs of the projector for the kept tokens
   * @param answer absent without a question
   */
  record ExplainedMethod(
      MethodChoice choice,
      long flopsVision,
      long flopsReduction,
      long flopsProjector,
      Optional<Answer> answer) {

    /**
     * Returns a method's figures. Where there is an answer, FLOPs are of all images of its prompt,
     * as in {@code predictions}.
     */
    public static ExplainedMethod of(MethodChoice choice, CostModel cost, Optional<Answer> answer) {
      Optional<QuestionCost> asked =
          answer.filter(given -> given.error() == null).map(given -> given.work().cost());
      return new ExplainedMethod(
          choice,
          asked.map(QuestionCost::vision).orElseGet(() -> cost.tower().of(choice.work())),
          asked.map(QuestionCost::reduction).orElseGet(() -> cost.reductions().of(choice.work())),
          asked.map(QuestionCost::projector).orElseGet(() -> cost.connector().of(choice.work())),
          answer);
    }

    /** Returns the answer, if it has no error. */
    public Optional<Answer> answered() {
      return answer.filter(given -> given.error() == null);
    }
  }

  /** The lines that {@code explain} prints about an image. */
  public static final class ExplainTable {

    private static final double GIGA = 1e9;
    private static final String ABSENT = "-";
    private static final String EMPTY = "(empty answer)";

    private ExplainTable() {}

    public static List<String> lines(ExplainedImage image) {
      Explanation explanation = image.explanation();
      List<String> names = ViewSection.names(explanation);
      List<String> lines = new ArrayList<>();
      for (int view = 0; view < names.size(); view++) {
        ExplainedView seen = explanation.views().get(view);
        lines.add(
            String.format(
                Locale.ROOT,
                "%s%s: %d of %d patches above %.4g",
                image.source(),
                names.size() == 1 ? "" : ", " + names.get(view),
                seen.outliers().size(),
                seen.attention().size(),
                seen.quartiles().fence()));
      }
      TextColumns<ExplainedMethod> columns =
          new TextColumns<ExplainedMethod>()
              .with("method", method -> method.choice().method().toString())
              .with("answer", method -> method.answer().map(ExplainTable::said).orElse(ABSENT))
              .with(
                  "tokens",
                  method ->
                      String.format(
                          Locale.ROOT, "%d of %d", method.choice().all(), explanation.tokens()))
              .with(
                  "GFLOPs",
                  method ->
                      method
                          .answered()
                          .map(
                              answer ->
                                  String.format(
                                      Locale.ROOT, "%.4g", answer.work().cost().total() / GIGA))
                          .orElse(ABSENT));
      for (int view = 0; names.size() > 1 && view < names.size(); view++) {
        int place = view;
        columns.with(
            names.get(view), method -> Integer.toString(method.choice().tokens().get(place)));
      }
      lines.addAll(TextTable.aligned(columns.of(image.methods()), 2));
      for (ExplainedMethod method : image.methods()) {
        for (StayingQueries staying : method.choice().staying()) {
          lines.add(
              method.choice().method() + ": " + StayingText.of(staying, explanation.tokens()));
        }
      }
      return lines;
    }

    /** Returns the text on one line, without control characters. */
    private static String said(Answer answer) {
      String text = answer.error() == null ? answer.text() : answer.error();
      return text.isBlank() ? EMPTY : text.replaceAll("\\p{Cntrl}+", " ");
    }
  }
}
