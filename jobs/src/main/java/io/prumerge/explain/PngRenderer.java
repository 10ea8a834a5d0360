package io.prumerge.explain;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.DocumentLimits;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.renderer.SVGRenderingHints;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import javax.xml.stream.XMLInputFactory;

/** Renders drawings as PNG files, on white. */
final class PngRenderer {

  private static final double LONGEST_SIDE = 1008;

  /** The default limit of path segments is too low for an image's patches. */
  private static final DocumentLimits LIMITS =
      new DocumentLimits(
          DocumentLimits.DEFAULT_MAX_NESTING_DEPTH,
          DocumentLimits.DEFAULT_MAX_USE_NESTING_DEPTH,
          Integer.MAX_VALUE);

  private PngRenderer() {}

  static byte[] of(SvgDrawing drawing) {
    double scale = LONGEST_SIDE / Math.max(drawing.width(), drawing.height());
    int width = Math.max(1, (int) Math.round(drawing.width() * scale));
    int height = Math.max(1, (int) Math.round(drawing.height() * scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
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
  private static SVGDocument document(SvgDrawing drawing) {
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
