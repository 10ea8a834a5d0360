package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Safetensors files, byte by byte. */
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  /** A file of this header text and data. */
  static byte[] file(String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }

  /** Writes tensors of 16-bit elements, each of its own byte value, one after the other. */
  static void write(Path file, TensorType type, Map<String, List<Long>> shapes) throws IOException {
    StringBuilder header = new StringBuilder("{");
    int end = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      int begin = end;
      end +=
          tensor.getValue().stream().mapToInt(Long::intValue).reduce(type.bytes(), (a, b) -> a * b);
      header
          .append(header.length() == 1 ? "" : ",")
          .append('"')
          .append(tensor.getKey())
          .append("\":{\"dtype\":\"")
          .append(type)
          .append("\",\"shape\":")
          .append(tensor.getValue())
          .append(",\"data_offsets\":[")
          .append(begin)
          .append(',')
          .append(end)
          .append("]}");
    }
    Files.write(file, file(header.append('}').toString(), new byte[end]));
  }
}
