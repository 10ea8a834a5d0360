package io.prumerge.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Small checkpoints of the first Qwen-VL's form. Their weights are in no file: each follows from
 * its name, as make_first_qwen_goldens.py says.
 */
public final class FirstQwen {

  static final String JSON = "first-qwen/first-qwen.json";

  private static final double DEVIATION_OF_ONE = 3.4641016151377544; // of a uniform distribution

  private FirstQwen() {}

  /** Writes a checkpoint, base or chat, into a folder that is empty. */
  public static Path write(String name, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(Goldens.path("first-qwen/" + name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    weights(Goldens.json(JSON).get("weights").get(name), folder.resolve("model.safetensors"));
    return folder;
  }

  /**
   * Writes tensors.
   *
   * @param rules of each by its name: shape, mean and deviation
   */
  static void weights(JsonNode rules, Path target) throws IOException {
    StringBuilder header = new StringBuilder("{");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, JsonNode> weight : rules.properties()) {
      int start = data.size();
      data.write(bytes(weight.getKey(), weight.getValue()));
      header
          .append(header.length() == 1 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(weight.getKey(), weight.getValue().get("shape"), start, data.size()));
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text).put(data.toByteArray());
    Files.write(target, file.array());
  }

  static Checkpoint open(String name, Path folder) throws IOException {
    return Checkpoint.open(write(name, folder));
  }

  private static byte[] bytes(String name, JsonNode rule) {
    int count = 1;
    for (JsonNode size : rule.get("shape")) {
      count *= size.asInt();
    }
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    double mean = rule.get("mean").asDouble();
    double deviation = rule.get("deviation").asDouble();
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int h = (int) crc.getValue() + i * 0x9E3779B9;
      h = (h ^ h >>> 16) * 0x85EBCA6B;
      h = (h ^ h >>> 13) * 0xC2B2AE35;
      h ^= h >>> 16;
      double uniform = (Integer.toUnsignedLong(h) / 0x1p32 - 0.5) * DEVIATION_OF_ONE;
      bytes.putFloat((float) (uniform * deviation + mean));
    }
    return bytes.array();
  }
}
