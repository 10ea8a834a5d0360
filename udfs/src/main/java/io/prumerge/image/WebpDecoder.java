package io.prumerge.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import io.prumerge.image.ImageDecoder.ImageBytes;
import io.prumerge.image.ImageDecoder.ImageBytes.ByteStream;
import io.prumerge.image.ImageDecoder.ImageFormat;
import io.prumerge.image.ImageDecoder.ImageInfo;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;

/**
 * Decodes the first frame of a WebP to RGB with libwebp. The jar contains this native library for
 * Linux (x86-64, aarch64, and others), macOS and Windows; on other systems WebP is unsupported.
 */
final class WebpDecoder {
  private static final int[] RGB_MASKS = {0xff0000, 0xff00, 0xff};

  private WebpDecoder() {}

  static RgbImage decode(ImageBytes file, Header header) throws ImageException {
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
  private static int[] pixels(Header header, byte[] webp) throws ImageException {
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
    try (ByteStream stream = new ByteStream(webp)) {
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

  /**
   * The RIFF container of a WebP (RFC 9649, section 2) up to its first frame.
   *
   * @param info the canvas
   * @param left column of the first frame on the canvas, 0 unless animated
   * @param top row of the first frame
   * @param frame the first frame
   * @param chunk where its VP8 or VP8L chunk starts
   */
  record Header(ImageInfo info, int left, int top, ImageInfo frame, long chunk)
      implements ImageDecoder.Header {
    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEADER = 8;

    static Header read(ImageBytes file) throws ImageException {
      if (!file.matches(FIRST_CHUNK, "VP8X")) {
        ImageInfo info = bitstream(file, FIRST_CHUNK);
        return new Header(info, 0, 0, info, FIRST_CHUNK);
      }
      ImageInfo canvas =
          ImageInfo.of(
              ImageFormat.WEBP,
              1 + file.u24le(FIRST_CHUNK + CHUNK_HEADER + 4),
              1 + file.u24le(FIRST_CHUNK + CHUNK_HEADER + 7));
      boolean animated = (file.u8(FIRST_CHUNK + CHUNK_HEADER) & 2) != 0;
      long at = after(file, FIRST_CHUNK);
      int left = 0;
      int top = 0;
      if (animated) {
        while (!file.matches(at, "ANMF")) {
          at = after(file, at);
        }
        left = 2 * file.u24le(at + CHUNK_HEADER);
        top = 2 * file.u24le(at + CHUNK_HEADER + 3);
        at += CHUNK_HEADER + 16;
      }
      while (!file.matches(at, "VP8 ") && !file.matches(at, "VP8L")) {
        at = after(file, at);
      }
      ImageInfo frame = bitstream(file, at);
      boolean fits =
          animated
              ? left + frame.width() <= canvas.width() && top + frame.height() <= canvas.height()
              : frame.equals(canvas);
      if (!fits) {
        throw ImageException.corrupt(
            "WebP frame of %dx%d at (%d, %d) does not fit its canvas of %dx%d",
            frame.width(), frame.height(), left, top, canvas.width(), canvas.height());
      }
      return new Header(canvas, left, top, frame, at);
    }

    @Override
    public RgbImage decode(ImageBytes file) throws ImageException {
      requireWhole(file);
      return WebpDecoder.decode(file, this);
    }

    /**
     * Fails unless the container lies within the file, and its chunks within the container, those
     * after the first frame included, as libwebp's demultiplexer demands.
     */
    private static void requireWhole(ImageBytes file) throws ImageException {
      long end = CHUNK_HEADER + file.u32le(4);
      file.require(0, end);
      for (long at = FIRST_CHUNK; at < end; ) {
        long next = at + CHUNK_HEADER;
        if (next <= end) {
          long size = file.u32le(at + 4);
          next += size + size % 2;
        }
        if (next > end) {
          throw ImageException.corrupt(
              "WebP chunk at %d should end at %d, its container ends at %d", at, next, end);
        }
        at = next;
      }
    }

    /** Returns the position after the chunk at {@code at}, which must lie within the file. */
    private static long after(ImageBytes file, long at) throws ImageException {
      long size = file.u32le(at + 4);
      file.require(at + CHUNK_HEADER, size);
      return at + CHUNK_HEADER + size + size % 2;
    }

    /**
     * Returns the size that a VP8 key frame (RFC 6386, 9.1) or a VP8L stream (RFC 9649, 3.4)
     * states.
     */
    private static ImageInfo bitstream(ImageBytes file, long at) throws ImageException {
      long data = at + CHUNK_HEADER;
      if (file.matches(at, "VP8 ")) {
        if (file.u24le(data + 3) != 0x2a019d || (file.u8(data) & 1) != 0) {
          throw ImageException.corrupt("WebP does not start with a VP8 key frame");
        }
        return ImageInfo.of(
            ImageFormat.WEBP, file.u16le(data + 6) & 0x3fff, file.u16le(data + 8) & 0x3fff);
      }
      if (!file.matches(at, "VP8L") || file.u8(data) != 0x2f) {
        throw ImageException.corrupt("WebP has no VP8, VP8L or VP8X chunk where one must be");
      }
      long bits = file.u32le(data + 1);
      return ImageInfo.of(ImageFormat.WEBP, 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
    }

    /**
     * Returns the first frame as a simple WebP file of its own, without alpha plane, animation and
     * metadata.
     */
    byte[] simpleFile(ImageBytes file) throws ImageException {
      long size = file.u32le(chunk + 4);
      int from = file.require(chunk, CHUNK_HEADER + size);
      int padded = CHUNK_HEADER + (int) (size + size % 2);
      ByteBuffer simple = ByteBuffer.allocate(FIRST_CHUNK + padded).order(ByteOrder.LITTLE_ENDIAN);
      simple.put("RIFF".getBytes(StandardCharsets.US_ASCII));
      simple.putInt(4 + padded);
      simple.put("WEBP".getBytes(StandardCharsets.US_ASCII));
      simple.put(file.array(), from, CHUNK_HEADER + (int) size);
      return simple.array();
    }
  }
}
