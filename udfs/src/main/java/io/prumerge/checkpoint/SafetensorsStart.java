package io.prumerge.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The first bytes of a safetensors file to write: the header's length and the header. */
public final class SafetensorsStart {

  // The data begins at a multiple of this, for aligned vector loads. The format requires 8.
  private static final int ALIGNMENT = 64;

  // transformers refuses files without it.
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private SafetensorsStart() {}

  /**
   * Returns the bytes that come before the tensors' data, which follows without gaps in the order
   * of the names.
   *
   * @param shapes by name
   * @param type of all tensors
   */
  public static byte[] of(SortedMap<String, List<Long>> shapes, TensorType type) {
    byte[] json = json(shapes, type);
    int length = Long.BYTES + json.length;
    int dataStart = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer start = ByteBuffer.allocate(dataStart).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(dataStart - Long.BYTES).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    return start.array();
  }

  private static byte[] json(SortedMap<String, List<Long>> shapes, TensorType type) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    ObjectNode texts = json.putObject("__metadata__");
    METADATA.forEach(texts::put);
    long offset = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      long bytes = tensor.getValue().stream().reduce((long) type.bytes(), Math::multiplyExact);
      ObjectNode entry = json.putObject(tensor.getKey()).put("dtype", type.name());
      entry.set("shape", mapper.valueToTree(tensor.getValue()));
      entry.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    try {
      return mapper.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Names and numbers can always be written as JSON", e);
    }
  }
}
