package io.prumerge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.checkpoint.SafetensorsHeader;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.TensorEntry;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Reads what the reference implementations gave; the files are described in notebooks/goldens. */
public final class Goldens {
  private Goldens() {}

  /** A file or folder below {@code goldens/}. */
  public static Path path(String name) {
    URL resource = Goldens.class.getResource("/goldens/" + name);
    if (resource == null) {
      throw new IllegalArgumentException("No golden file '%s'".formatted(name));
    }
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot open golden file " + resource, e);
    }
  }

  /** Copies a checkpoint's files, for tests that change some of them. */
  public static void copyCheckpoint(String name, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(path("checkpoints/" + name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** A JSON file. */
  public static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(path(name).toFile());
  }

  /** The numbers of a JSON list. */
  public static int[] ints(JsonNode list) {
    return new ObjectMapper().convertValue(list, int[].class);
  }

  /** The numbers of a JSON list, each rounded to the nearest float. */
  public static float[] floats(JsonNode list) {
    return new ObjectMapper().convertValue(list, float[].class);
  }

  /** The elements of one F32 tensor, row-major. */
  public static float[] floats(String name, String tensor) throws IOException {
    byte[] bytes = bytes(name, tensor);
    float[] floats = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  /** SHA-256 of an F32 tensor's bytes, in hex. */
  public static String sha256(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Sha256.hex(bytes.array());
  }

  /** One tensor's bytes as they are stored. */
  public static byte[] bytes(String name, String tensor) throws IOException {
    TensorEntry entry =
        SafetensorsHeader.read(path(name)).tensors().stream()
            .filter(candidate -> candidate.name().equals(tensor))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("No tensor '%s' in %s".formatted(tensor, name)));
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.bytes()));
    try (FileChannel channel = FileChannel.open(entry.file())) {
      while (bytes.hasRemaining() && channel.read(bytes, entry.offset() + bytes.position()) >= 0) {
        // Goes on until the tensor is whole.
      }
    }
    return bytes.array();
  }

  /** The same as rows of one width. */
  public static float[][] rows(String name, String tensor, int width) throws IOException {
    float[] floats = floats(name, tensor);
    float[][] rows = new float[floats.length / width][width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(floats, row * width, rows[row], 0, width);
    }
    return rows;
  }
}
