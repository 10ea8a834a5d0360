package io.prumerge.image.codec;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** A JDK's reader as {@link DecodedFiles} recorded it: it knows a few files. */
final class RecordedReader implements JpegDecoder.SampleReader {
  private static final String RECORDED = "/goldens/jpegs/libjpeg6b/";

  private record Picture(String name, JpegHeader header) {}

  private final Map<ByteBuffer, Picture> known = new HashMap<>();

  /**
   * @param files contents by the names under which they were recorded
   */
  RecordedReader(Map<String, byte[]> files) throws ImageException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      ImageBytes bytes = new ImageBytes(ImageFormat.JPEG, file.getValue());
      JpegHeader header = JpegHeader.read(bytes);
      known.put(ByteBuffer.wrap(header.withoutMetadata(bytes)), new Picture(file.getKey(), header));
    }
  }

  @Override
  public Raster read(byte[] jpeg, Consumer<String> warnings) throws IOException {
    Picture picture = known.get(ByteBuffer.wrap(jpeg));
    new String(resource(picture.name() + ".warnings"), StandardCharsets.UTF_8)
        .lines()
        .forEach(warnings);
    byte[] samples;
    try (InputStream in =
        new GZIPInputStream(new ByteArrayInputStream(resource(picture.name() + ".gz")))) {
      samples = in.readAllBytes();
    }
    int width = picture.header().info().width();
    int height = picture.header().info().height();
    int components = picture.header().color().components;
    int[] bands = new int[components];
    for (int band = 0; band < components; band++) {
      bands[band] = band;
    }
    return Raster.createInterleavedRaster(
        new DataBufferByte(samples, samples.length),
        width,
        height,
        components * width,
        components,
        bands,
        null);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = RecordedReader.class.getResourceAsStream(RECORDED + name)) {
      return in.readAllBytes();
    }
  }

  /** Returns the names of the recorded files among those given. */
  static List<String> recorded(List<String> names) {
    return names.stream()
        .filter(name -> RecordedReader.class.getResource(RECORDED + name + ".gz") != null)
        .toList();
  }
}
