package io.prumerge.image.codec;

import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Decodes JPEG to RGB. The JDK's libjpeg decodes and upsamples with the settings that Pillow uses
 * (accurate integer transform, smooth chroma). Colours are converted here, because ImageIO's colour
 * rules differ from libjpeg's.
 *
 * <p>As in Pillow, damage inside the scans is no error if libjpeg recovers from it. A missing end
 * marker is always an error; Pillow reports it only sometimes. Lossless and arithmetic coding are
 * unsupported.
 *
 * <p>A JDK has libjpeg 6b inside (Temurin's) or takes the system's libjpeg-turbo (Debian's), and
 * these, and libjpeg-turbo's versions, differ in a few forms of files. A picture in each form tells
 * whether this one decodes as Pillow does. If not, the pixels are made right here, or files in that
 * form are {@link ImageErrorKind#IMAGE_INEXACT}.
 */
final class JpegDecoder {
  private final SampleReader reader;
  private final Set<Form> mended;
  private final Set<Form> refused;

  /** Reads what a JPEG's scans contain. */
  interface SampleReader {

    /**
     * Returns the components as stored, one byte each, interleaved, all of the picture's size.
     *
     * @param warnings takes what was wrong in the scans
     */
    Raster read(byte[] jpeg, Consumer<String> warnings) throws IOException;
  }

  /** What decoders differ in. */
  private enum Form {
    /** A component has half as many rows as another: libjpeg 6b repeats them. */
    HALVED,
    /** A progressive file lacks scans: decoders guess in ways of their own. */
    GAPS,
    /**
     * Scans are damaged: values beyond those of any picture overflow in libjpeg's C code, and stop
     * at the least or largest in the vector code of libjpeg-turbo.
     */
    DAMAGED;

    /** Returns whether a decoder makes Pillow's pixels of the picture in this form. */
    private boolean isExact(JpegDecoder decoder) {
      ImageBytes jpeg = file(ImageFormat.JPEG);
      ImageBytes pillows = file(ImageFormat.PNG);
      try {
        return Arrays.equals(
            decoder.decode(jpeg, JpegHeader.read(jpeg)).rgb(),
            PngHeader.read(pillows).decode(pillows).rgb());
      } catch (ImageException e) {
        return false;
      }
    }

    /** Returns a picture that notebooks/goldens/make_jpeg_goldens.py wrote. */
    private ImageBytes file(ImageFormat format) {
      String name = (name() + "." + format).toLowerCase(Locale.ROOT);
      try (InputStream in = JpegDecoder.class.getResourceAsStream(name)) {
        return new ImageBytes(format, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + name, e);
      }
    }
  }

  private JpegDecoder(SampleReader reader, Set<Form> mended, Set<Form> refused) {
    this.reader = reader;
    this.mended = mended;
    this.refused = refused;
  }

  /** Returns the decoder over a reader, after a look at what this one makes of each form. */
  static JpegDecoder of(SampleReader reader) {
    JpegDecoder plain = new JpegDecoder(reader, Set.of(), Set.of());
    JpegDecoder mending = new JpegDecoder(reader, EnumSet.of(Form.HALVED), Set.of());
    Set<Form> mended = EnumSet.noneOf(Form.class);
    Set<Form> refused = EnumSet.noneOf(Form.class);
    for (Form form : Form.values()) {
      if (!form.isExact(plain)) {
        (form.isExact(mending) ? mended : refused).add(form);
      }
    }
    return new JpegDecoder(reader, mended, refused);
  }

  /** Returns the decoder over the JDK's own reader. */
  static JpegDecoder ofJdk() {
    return JdkReader.DECODER;
  }

  /** Throws what the markers tell: too many scans, unknown markers, a file in a refused form. */
  void check(ImageBytes file, JpegHeader header) throws ImageException {
    JpegScans scans = JpegScans.read(file.array(), header);
    if (scans.gaps() && refused.contains(Form.GAPS)) {
      throw ImageException.inexact("is progressive and lacks scans");
    }
    if (refused.contains(Form.HALVED) && halved(header).length > 0) {
      throw ImageException.inexact("has half as many rows of one component as of another");
    }
  }

  RgbImage decode(ImageBytes file, JpegHeader header) throws ImageException {
    check(file, header);
    byte[] samples = samples(header, header.withoutMetadata(file));
    int width = header.info().width();
    int height = header.info().height();
    if (mended.contains(Form.HALVED)) {
      int components = header.color().components;
      for (int component : halved(header)) {
        smoothRows(samples, component, components, width, height);
      }
    }
    int pixels = width * height;
    byte[] rgb =
        switch (header.color()) {
          case GRAY -> Colors.grayToRgb(samples);
          case RGB -> samples;
          case YCC -> Colors.yccToRgb(samples, pixels);
          case CMYK -> Colors.cmykToRgb(samples, pixels);
          case YCCK -> Colors.cmykToRgb(Colors.yccToCmy(samples, pixels), pixels);
        };
    boolean grey = header.color() == JpegColor.GRAY;
    return new RgbImage(width, height, rgb, grey, Optional.empty());
  }

  private static int[] halved(JpegHeader header) {
    return IntStream.range(0, header.frame().components().size())
        .filter(header.frame()::isHalvedInRows)
        .toArray();
  }

  /**
   * Smooths, in place, rows that stand twice: libjpeg-turbo's h1v2_fancy_upsample (jdsample.c).
   * Each row is three quarters its own and a quarter the nearer neighbour's.
   */
  private static void smoothRows(
      byte[] samples, int component, int components, int width, int height) {
    int row = width * components;
    byte[] above = new byte[width];
    byte[] own = new byte[width];
    for (int y = 0; y < height; y += 2) {
      for (int x = 0; x < width; x++) {
        int at = y * row + x * components + component;
        own[x] = samples[at];
        int value = 3 * (own[x] & 0xff);
        int before = (y == 0 ? own[x] : above[x]) & 0xff;
        samples[at] = (byte) (value + before + 1 >> 2);
        if (y + 1 < height) {
          int after = (y + 2 < height ? samples[at + 2 * row] : own[x]) & 0xff;
          samples[at + row] = (byte) (value + after + 2 >> 2);
        }
      }
      byte[] spare = above;
      above = own;
      own = spare;
    }
  }

  /** Returns the components as stored, interleaved. */
  private byte[] samples(JpegHeader header, byte[] jpeg) throws ImageException {
    Raster raster = raster(jpeg);
    SampleModel model = raster.getSampleModel();
    DataBuffer buffer = raster.getDataBuffer();
    int components = header.color().components;
    if (raster.getWidth() != header.info().width()
        || raster.getHeight() != header.info().height()
        || !(model instanceof PixelInterleavedSampleModel interleaved)
        || interleaved.getNumBands() != components
        || interleaved.getPixelStride() != components
        || interleaved.getScanlineStride() != components * raster.getWidth()
        || !(buffer instanceof DataBufferByte bytes)
        || bytes.getSize() != (long) components * raster.getWidth() * raster.getHeight()) {
      throw ImageException.corrupt("JPEG was read into an unexpected raster: %s", raster);
    }
    return bytes.getData();
  }

  private Raster raster(byte[] jpeg) throws ImageException {
    List<String> warnings = new ArrayList<>();
    Raster raster;
    try {
      raster = reader.read(jpeg, warnings::add);
    } catch (IOException | RuntimeException e) {
      // ImageIO throws either on malformed bytes.
      throw ImageException.corrupt(ImageFormat.JPEG, e);
    }
    if (refused.contains(Form.DAMAGED)) {
      for (String warning : warnings) {
        // What stands after a whole scan is skipped by all.
        if (!warning.contains(" extraneous bytes before marker ")) {
          throw ImageException.inexact("is damaged (" + warning + ")");
        }
      }
    }
    return raster;
  }

  /**
   * The JDK's own reader, which the registry holds whatever the context class loader is. Readers of
   * plugins on the class path are ignored, because they depend on that class loader.
   */
  static final class JdkReader implements SampleReader {
    private static final JpegDecoder DECODER = JpegDecoder.of(new JdkReader());

    private final ImageReaderSpi provider;

    JdkReader() {
      Iterator<ImageReaderSpi> readers =
          IIORegistry.getDefaultInstance()
              .getServiceProviders(
                  ImageReaderSpi.class,
                  spi ->
                      spi.getClass().getModule() == ImageReaderSpi.class.getModule()
                          && ((ImageReaderSpi) spi).getFormatNames()[0].equalsIgnoreCase("jpeg"),
                  false);
      if (!readers.hasNext()) {
        throw new IllegalStateException("This JDK's java.desktop module has no JPEG reader");
      }
      provider = readers.next();
    }

    @Override
    public Raster read(byte[] jpeg, Consumer<String> warnings) throws IOException {
      try (ImageByteStream stream = new ImageByteStream(jpeg)) {
        ImageReader reader = provider.createReaderInstance();
        try {
          reader.addIIOReadWarningListener((source, warning) -> warnings.accept(warning));
          reader.setInput(stream, true, true);
          return reader.readRaster(0, null);
        } finally {
          reader.dispose();
        }
      }
    }
  }

  /**
   * libjpeg's colour conversions (jdcolor.c), in its 16-bit fixed point, and Pillow's CMYK to RGB.
   */
  private static final class Colors {
    private static final int HALF = 1 << 15;
    private static final int[] RED_OF_CR = new int[256];
    private static final int[] BLUE_OF_CB = new int[256];
    private static final int[] GREEN_OF_CR = new int[256];
    private static final int[] GREEN_OF_CB = new int[256];

    static {
      for (int i = 0; i < 256; i++) {
        int x = i - 128;
        RED_OF_CR[i] = fixed(1.40200) * x + HALF >> 16;
        BLUE_OF_CB[i] = fixed(1.77200) * x + HALF >> 16;
        GREEN_OF_CR[i] = -fixed(0.71414) * x;
        GREEN_OF_CB[i] = -fixed(0.34414) * x + HALF;
      }
    }

    private Colors() {}

    private static int fixed(double x) {
      return (int) (x * (1 << 16) + 0.5);
    }

    static byte[] grayToRgb(byte[] gray) {
      byte[] rgb = new byte[3 * gray.length];
      for (int i = 0, to = 0; i < gray.length; i++, to += 3) {
        rgb[to] = gray[i];
        rgb[to + 1] = gray[i];
        rgb[to + 2] = gray[i];
      }
      return rgb;
    }

    /** Converts in place: {@code pixels} x 3. */
    static byte[] yccToRgb(byte[] samples, int pixels) {
      for (int i = 0; i < 3 * pixels; i += 3) {
        int y = samples[i] & 0xff;
        int cb = samples[i + 1] & 0xff;
        int cr = samples[i + 2] & 0xff;
        samples[i] = (byte) clamp(y + RED_OF_CR[cr]);
        samples[i + 1] = (byte) clamp(y + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> 16));
        samples[i + 2] = (byte) clamp(y + BLUE_OF_CB[cb]);
      }
      return samples;
    }

    /**
     * Converts in place: {@code pixels} x 4. YCC is converted to RGB, the complement of CMY; K is
     * unchanged.
     */
    static byte[] yccToCmy(byte[] samples, int pixels) {
      for (int i = 0; i < 4 * pixels; i += 4) {
        int y = samples[i] & 0xff;
        int cb = samples[i + 1] & 0xff;
        int cr = samples[i + 2] & 0xff;
        samples[i] = (byte) clamp(255 - (y + RED_OF_CR[cr]));
        samples[i + 1] = (byte) clamp(255 - (y + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> 16)));
        samples[i + 2] = (byte) clamp(255 - (y + BLUE_OF_CB[cb]));
      }
      return samples;
    }

    /**
     * Pillow treats every four-component JPEG as Adobe's, which stores ink as 255 - ink. Then R =
     * K' - C·K'/255 with K' = 255 - K.
     */
    static byte[] cmykToRgb(byte[] samples, int pixels) {
      byte[] rgb = new byte[3 * pixels];
      for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
        int light = samples[from + 3] & 0xff;
        for (int channel = 0; channel < 3; channel++) {
          int ink = 255 - (samples[from + channel] & 0xff);
          int product = ink * light + 128;
          rgb[to + channel] = (byte) clamp(light - ((product >> 8) + product >> 8));
        }
      }
      return rgb;
    }

    private static int clamp(int value) {
      return Math.max(0, Math.min(255, value));
    }
  }
}
