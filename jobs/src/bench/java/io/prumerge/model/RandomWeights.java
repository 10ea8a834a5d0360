package io.prumerge.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes random bf16 weights in one safetensors file; those of norms are ones. */
final class RandomWeights {

  private static final int NOISE_BYTES = 1 << 24;
  private static final int ONES = 1 << 12;
  private static final short ONE = 0x3F80;

  private final ObjectMapper json = new ObjectMapper();
  private final SplittableRandom random = new SplittableRandom(7);

  private RandomWeights() {}

  /**
   * Writes a file.
   *
   * @param tensors dimensions by name, in the file's order
   */
  static void write(Path file, Map<String, int[]> tensors) throws IOException {
    new RandomWeights().writeAll(file, tensors);
  }

  /**
   * Bytes of what {@link #write} writes, without the file's header.
   *
   * @param tensors dimensions by name
   */
  static long bytes(Map<String, int[]> tensors) {
    return tensors.values().stream().mapToLong(RandomWeights::bytes).sum();
  }

  private static long bytes(int[] dimensions) {
    return Short.BYTES * elements(dimensions);
  }

  private void writeAll(Path file, Map<String, int[]> tensors) throws IOException {
    ObjectNode header = json.createObjectNode();
    header.putObject("__metadata__").put("format", "pt"); // transformers asks for it
    long offset = 0;
    for (Map.Entry<String, int[]> entry : tensors.entrySet()) {
      long bytes = bytes(entry.getValue());
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "BF16");
      tensor.set("shape", json.valueToTree(entry.getValue()));
      tensor.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    byte[] text = json.writeValueAsBytes(header);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    ByteBuffer noise = noise();
    ByteBuffer ones = ByteBuffer.allocateDirect(2 * ONES).order(ByteOrder.LITTLE_ENDIAN);
    while (ones.hasRemaining()) {
      ones.putShort(ONE);
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      fill(channel, head.flip(), 0, head.limit());
      for (Map.Entry<String, int[]> entry : tensors.entrySet()) {
        boolean gain = entry.getKey().matches(".*(norm|ln_q).*weight");
        // Each tensor begins elsewhere in the noise: equal queries and keys would be no attention.
        int start = gain ? 0 : 2 * random.nextInt(NOISE_BYTES / 2);
        fill(channel, gain ? ones : noise, start, bytes(entry.getValue()));
      }
    }
  }

  // +-[0.0156, 0.031): what trained weights of this width are like, without denormals or
  // infinities.
  private ByteBuffer noise() {
    ByteBuffer noise = ByteBuffer.allocateDirect(NOISE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (noise.hasRemaining()) {
      int bits = random.nextInt();
      noise.putShort((short) ((bits & 0x8000) | 0x3C80 | (bits & 0x7F)));
    }
    return noise;
  }

  private static void fill(FileChannel channel, ByteBuffer source, int start, long bytes)
      throws IOException {
    source.clear().position(start);
    long left = bytes;
    while (left > 0) {
      source.limit((int) Math.min(source.position() + left, source.capacity()));
      left -= channel.write(source);
      if (source.position() == source.capacity()) {
        source.clear();
      }
    }
  }

  private static long elements(int[] dimensions) {
    long elements = 1;
    for (int size : dimensions) {
      elements *= size;
    }
    return elements;
  }
}
