package io.prumerge.image.codec;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;

/**
 * Decodes the first frame of a WebP to RGB with libwebp. The jar contains this native library for
 * Linux (x86-64, aarch64, and others), macOS and Windows; on other systems WebP is unsupported.
 */
final class WebpDecoder {
  private static final int[] RGB_MASKS = {0xff0000, 0xff00, 0xff};

  private WebpDecoder() {}

  static RgbImage decode(ImageBytes file, WebpHeader header) throws ImageException {
    int[] pixels = pixels(header, header.simpleFile(file));
    int width = header.info().width();
    byte[] rgb = new byte[3 * width * header.info().height()]; // black outside the first frame
    int frameWidth = header.frame().width();
    for (int y = 0; y < header.frame().height(); y++) {
      int to = 3 * ((header.top() + y) * width + header.left());
      for (int x = 0; x < frameWidth; x++, to += 3) {
        int pixel = pixels[y * frameWidth + x];
        rgb[to] = (byte) (pixel >> 16);
        rgb[to + 1] = (byte) (pixel >> 8);
        rgb[to + 2] = (byte) pixel;
      }
    }
    return new RgbImage(width, header.info().height(), rgb);
  }

  /** Returns the frame's pixels, row-major, red in bits 16 to 23, green, blue. */
  private static int[] pixels(WebpHeader header, byte[] webp) throws ImageException {
    Raster raster = raster(webp);
    int count = header.frame().width() * header.frame().height();
    if (raster.getWidth() != header.frame().width()
        || raster.getHeight() != header.frame().height()
        || !(raster.getDataBuffer() instanceof DataBufferInt buffer)
        || buffer.getSize() != count
        || !(raster.getSampleModel() instanceof SinglePixelPackedSampleModel model)
        || !Arrays.equals(Arrays.copyOf(model.getBitMasks(), 3), RGB_MASKS)) {
      throw ImageException.corrupt("WebP was read into an unexpected raster: %s", raster);
    }
    return buffer.getData();
  }

  private static Raster raster(byte[] webp) throws ImageException {
    try (ImageByteStream stream = new ImageByteStream(webp)) {
      // Created directly: a registry would search the context class loader, which under Spark may
      // not see it.
      ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
      try {
        reader.setInput(stream, true, true);
        return reader.read(0).getRaster();
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw ImageException.corrupt(ImageFormat.WEBP, e);
    } catch (LinkageError e) {
      throw ImageException.unsupported(
          "WebP needs libwebp, which cannot be loaded on %s %s: %s",
          System.getProperty("os.name"), System.getProperty("os.arch"), e.getMessage());
    }
  }
}
