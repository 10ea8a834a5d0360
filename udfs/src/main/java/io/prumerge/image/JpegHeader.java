package io.prumerge.image;

import io.prumerge.image.ImageDecoder.ImageBytes;
import io.prumerge.image.ImageDecoder.ImageBytes.ByteStream;
import io.prumerge.image.ImageDecoder.ImageFormat;
import io.prumerge.image.ImageDecoder.ImageInfo;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The markers of a JPEG up to its first scan (ITU-T T.81, annex B).
 *
 * @param color what the stored components mean
 * @param tables the segments before the first scan that the decoder needs
 * @param scans position of the first scan's marker; the scans take the rest of the file
 */
record JpegHeader(ImageInfo info, JpegColor color, List<Segment> tables, int scans)
    implements ImageDecoder.Header {
  /**
   * Most scans of a file, because each one costs a pass over the picture. Encoders write about ten.
   */
  static final int MAX_SCANS = 256;

  /** Marker codes. */
  private static final int APP0 = 0xe0;

  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;

  /** Position of a segment, beginning with its marker's code. */
  record Segment(int from, int length) {}

  /** The meaning of the components, found as libjpeg finds it. */
  enum JpegColor {
    GRAY(1),
    RGB(3),
    YCC(3),
    CMYK(4),
    YCCK(4);

    final int components;

    JpegColor(int components) {
      this.components = components;
    }
  }

  static JpegHeader read(ImageBytes file) throws ImageException {
    List<Segment> tables = new ArrayList<>();
    boolean jfif = false;
    int adobeTransform = -1;
    long frame = -1;
    long at = 2;
    while (true) {
      while (file.u8(at) != 0xff) {
        at++; // libjpeg skips bytes that are no marker
      }
      while (file.u8(at) == 0xff) {
        at++;
      }
      int marker = file.u8(at++);
      if (marker == 0 || marker == 1 || (marker >= RST0 && marker <= RST7)) {
        continue;
      }
      if (marker == SOI || marker == EOI) {
        throw ImageException.corrupt("JPEG has marker ff%02x before its first scan", marker);
      }
      int length = file.u16be(at);
      int segment = file.require(at - 1, length + 1L);
      if (length < 2) {
        throw ImageException.corrupt("JPEG segment ff%02x has length %d", marker, length);
      }
      if (marker == APP0 && length >= 16 && file.matches(at + 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && length >= 14 && file.matches(at + 2, "Adobe")) {
        adobeTransform = file.u8(at + 13);
      } else if (isFrame(marker)) {
        checkFrame(file, marker, at + 2);
        if (frame >= 0) {
          throw ImageException.corrupt("JPEG has two frame headers");
        }
        frame = at + 2;
      }
      if (marker == SOS) {
        break;
      }
      if (marker != COM && (marker < APP0 || marker > APP15)) {
        tables.add(new Segment(segment, length + 1));
      }
      at += length;
    }
    if (frame < 0) {
      throw ImageException.corrupt("JPEG has a scan before its frame header");
    }
    ImageInfo info = ImageInfo.of(ImageFormat.JPEG, file.u16be(frame + 3), file.u16be(frame + 1));
    return new JpegHeader(
        info, color(file, frame, jfif, adobeTransform), List.copyOf(tables), (int) at - 2);
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return JpegDecoder.decode(file, this);
  }

  /**
   * Returns the file without application and comment segments before the first scan, so that no
   * profile, thumbnail or other metadata reaches the decoder.
   */
  byte[] withoutMetadata(ImageBytes file) throws ImageException {
    byte[] bytes = file.array();
    checkScans(bytes);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
    kept.write(0xff);
    kept.write(SOI);
    for (Segment table : tables) {
      kept.write(0xff);
      kept.write(bytes, table.from(), table.length());
    }
    kept.write(bytes, scans, bytes.length - scans);
    return kept.toByteArray();
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static void checkFrame(ImageBytes file, int marker, long at) throws ImageException {
    if (marker > 0xc2) {
      throw ImageException.unsupported(
          "JPEG with frame type ff%02x (lossless, hierarchical or arithmetic) is not read", marker);
    }
    if (file.u8(at) != 8) {
      throw ImageException.unsupported("JPEG with %d bits per sample is not read", file.u8(at));
    }
  }

  /** Counts the scans up to the end marker. Data after it, such as a video, is ignored. */
  private void checkScans(byte[] bytes) throws ImageException {
    int count = 0;
    int at = scans;
    while (at + 3 < bytes.length) {
      int marker = bytes[at + 1] & 0xff;
      boolean isMarker =
          bytes[at] == (byte) 0xff
              && marker != 0
              && marker != 0xff
              && (marker < RST0 || marker > RST7);
      if (!isMarker) {
        at++; // entropy-coded data, in which ff is followed by 00 or a restart
      } else if (marker == EOI) {
        break;
      } else {
        count += marker == SOS ? 1 : 0;
        at += 2 + ((bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
      }
    }
    if (count > MAX_SCANS) {
      throw ImageException.tooLarge("JPEG has %d scans, the limit is %d", count, MAX_SCANS);
    }
  }

  /** Returns the rules of libjpeg's default_decompress_parms. */
  private static JpegColor color(ImageBytes file, long frame, boolean jfif, int adobeTransform)
      throws ImageException {
    int components = file.u8(frame + 5);
    switch (components) {
      case 1:
        return JpegColor.GRAY;
      case 3:
        if (jfif) {
          return JpegColor.YCC;
        }
        if (adobeTransform >= 0) {
          return adobeTransform == 0 ? JpegColor.RGB : JpegColor.YCC;
        }
        boolean named =
            file.u8(frame + 6) == 'R' && file.u8(frame + 9) == 'G' && file.u8(frame + 12) == 'B';
        return named ? JpegColor.RGB : JpegColor.YCC;
      case 4:
        return adobeTransform <= 0 ? JpegColor.CMYK : JpegColor.YCCK;
      default:
        throw ImageException.unsupported(
            "JPEG with %d components is not read; known: 1, 3, 4", components);
    }
  }

  /**
   * Decodes JPEG to RGB. The JDK's libjpeg decodes and upsamples with the settings that Pillow uses
   * (accurate integer transform, smooth chroma). Colours are converted here, because ImageIO's
   * colour rules differ from libjpeg's.
   *
   * <p>As in Pillow, damage inside the scans is no error if libjpeg recovers from it. A missing end
   * marker is always an error; Pillow reports it only sometimes. Lossless and arithmetic coding are
   * unsupported.
   */
  private static final class JpegDecoder {
    private static final ImageReaderSpi JDK_READER = jdkReader();

    private JpegDecoder() {}

    /**
     * Returns the JDK's own reader, which the registry holds whatever the context class loader is.
     * Readers of plugins on the class path are ignored, because they depend on that class loader.
     */
    private static ImageReaderSpi jdkReader() {
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
      return readers.next();
    }

    static RgbImage decode(ImageBytes file, JpegHeader header) throws ImageException {
      byte[] samples = samples(header, header.withoutMetadata(file));
      int pixels = header.info().width() * header.info().height();
      byte[] rgb =
          switch (header.color()) {
            case GRAY -> Colors.grayToRgb(samples);
            case RGB -> samples;
            case YCC -> Colors.yccToRgb(samples, pixels);
            case CMYK -> Colors.cmykToRgb(samples, pixels);
            case YCCK -> Colors.cmykToRgb(Colors.yccToCmy(samples, pixels), pixels);
          };
      return new RgbImage(header.info().width(), header.info().height(), rgb);
    }

    /** Returns the components as stored, interleaved. */
    private static byte[] samples(JpegHeader header, byte[] jpeg) throws ImageException {
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

    private static Raster raster(byte[] jpeg) throws ImageException {
      try (ByteStream stream = new ByteStream(jpeg)) {
        ImageReader reader = JDK_READER.createReaderInstance();
        try {
          reader.setInput(stream, true, true);
          return reader.readRaster(0, null);
        } finally {
          reader.dispose();
        }
      } catch (IOException | RuntimeException e) {
        // ImageIO throws either on malformed bytes.
        throw ImageException.corrupt(ImageFormat.JPEG, e);
      }
    }

    /**
     * libjpeg's colour conversions (jdcolor.c), in its 16-bit fixed point, and Pillow's CMYK to
     * RGB.
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
}
