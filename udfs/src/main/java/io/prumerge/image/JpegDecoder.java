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

  static RgbImage decode(ImageBytes file) throws ImageException {
    JpegHeader header = JpegHeader.read(file);
    byte[] samples = samples(header, header.withoutMetadata(file));
    int pixels = header.info().width() * header.info().height();
    byte[] rgb =
        switch (header.color()) {
          case GRAY -> JpegColors.grayToRgb(samples);
          case RGB -> samples;
          case YCC -> JpegColors.yccToRgb(samples, pixels);
          case CMYK -> JpegColors.cmykToRgb(samples, pixels);
          case YCCK -> JpegColors.cmykToRgb(JpegColors.yccToCmy(samples, pixels), pixels);
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
}
