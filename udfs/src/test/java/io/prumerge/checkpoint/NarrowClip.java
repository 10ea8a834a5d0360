package io.prumerge.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The random CLIP of the goldens for a narrower vision tower: the first channels of its patches.
 */
public final class NarrowClip {

  private static final ObjectMapper JSON = new ObjectMapper();

  private NarrowClip() {}

  /**
   * Writes its folder.
   *
   * @param width of the vision tower
   */
  public static Path write(Path folder, int width) throws IOException {
    Path source = Goldens.path("clips/mha");
    Files.createDirectories(folder);
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(source.resolve(name), folder.resolve(name));
    }
    ObjectNode config = (ObjectNode) JSON.readTree(source.resolve("config.json").toFile());
    ((ObjectNode) config.get("vision_config")).put("hidden_size", width);
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    byte[] weights = Files.readAllBytes(source.resolve("model.safetensors"));
    Files.write(folder.resolve("model.safetensors"), narrowed(weights, width));
    return folder;
  }

  // Rows are cut off after the width where a tensor has them of the tower's.
  private static byte[] narrowed(byte[] file, int width) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(bytes.getLong());
    JsonNode tensors = JSON.readTree(new String(file, Long.BYTES, header, StandardCharsets.UTF_8));
    ObjectNode made = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      if (!tensor.getValue().has("shape")) {
        continue;
      }
      JsonNode shape = tensor.getValue().get("shape");
      int from = Long.BYTES + header + tensor.getValue().get("data_offsets").get(0).asInt();
      int end = Long.BYTES + header + tensor.getValue().get("data_offsets").get(1).asInt();
      boolean seen = tensor.getKey().startsWith("vis");
      int row = seen ? Float.BYTES * shape.get(shape.size() - 1).asInt() : end - from;
      ObjectNode entry = made.putObject(tensor.getKey());
      entry.put("dtype", "F32").set("shape", shape.deepCopy());
      if (seen) {
        ((ArrayNode) entry.get("shape")).set(shape.size() - 1, width);
      }
      int begin = data.size();
      for (int start = from; start < end; start += row) {
        data.write(file, start, seen ? Float.BYTES * width : row);
      }
      entry.putArray("data_offsets").add(begin).add(data.size());
    }
    return SafetensorsBytes.file(JSON.writeValueAsString(made), data.toByteArray());
  }
}
