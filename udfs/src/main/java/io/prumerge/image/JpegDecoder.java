package io.prumerge.image;

import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.util.Iterator;
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
 */
final class JpegDecoder {
  private static final ImageReaderSpi JDK_READER = jdkReader();

  private JpegDecoder() {}

  /**
   * The JDK's own reader, which the registry holds whatever the context class loader is. Readers of
   * plugins on the class path are ignored, because they depend on that class loader.
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

  /** The components as stored, interleaved. */
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

    /** In place: {@code pixels} x 3. */
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

    /** In place: {@code pixels} x 4. YCC converts to RGB, the complement of CMY; K is unchanged. */
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
