package io.prumerge.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The layout of a safetensors file to write: its first bytes, and the header that {@link
 * SafetensorsHeader#read} must find in it.
 *
 * @param start the file's first bytes: the header's length and the header
 * @param header of the complete file; its tensors are in the given order
 */
record SafetensorsLayout(byte[] start, SafetensorsHeader header) {

  // The data begins at a multiple of this, for aligned vector loads. The format requires 8.
  private static final int ALIGNMENT = 64;

  /**
   * The layout of tensors of one type.
   *
   * @param file that will hold them
   * @param tensors at least one; only their names, shapes and order are used
   * @param type of the tensors in the file
   */
  static SafetensorsLayout of(
      Path file, List<TensorEntry> tensors, TensorType type, Map<String, String> metadata) {
    byte[] json = json(tensors, type, metadata);
    int length = Long.BYTES + json.length;
    int dataStart = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer start = ByteBuffer.allocate(dataStart).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(dataStart - Long.BYTES).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    List<TensorEntry> laid = new ArrayList<>();
    long offset = dataStart;
    for (TensorEntry tensor : tensors) {
      long bytes = tensor.elements() * type.bytes();
      laid.add(new TensorEntry(tensor.name(), type, tensor.shape(), file, offset, bytes));
      offset += bytes;
    }
    return new SafetensorsLayout(start.array(), new SafetensorsHeader(laid, metadata));
  }

  private static byte[] json(
      List<TensorEntry> tensors, TensorType type, Map<String, String> metadata) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    ObjectNode texts = json.putObject("__metadata__");
    metadata.forEach(texts::put);
    long offset = 0;
    for (TensorEntry tensor : tensors) {
      long bytes = tensor.elements() * type.bytes();
      ObjectNode entry = json.putObject(tensor.name()).put("dtype", type.name());
      entry.set("shape", mapper.valueToTree(tensor.shape()));
      entry.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    try {
      return mapper.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Names and numbers can always be written as JSON", e);
    }
  }

  /** Type of all its tensors. */
  TensorType type() {
    return header.tensors().get(0).type();
  }

  /** Size of the whole file, in bytes. */
  long bytes() {
    return start.length + header.tensors().stream().mapToLong(TensorEntry::bytes).sum();
  }
}
