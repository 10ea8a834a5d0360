package io.prumerge.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/** A first Qwen-VL of random numbers: the goldens have its shapes, not its weights. */
public final class RandomFirstQwen {

  private RandomFirstQwen() {}

  /**
   * Writes a checkpoint into a folder that is empty.
   *
   * @return the folder
   */
  public static Path write(Path target) throws IOException {
    Path golden =
        Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/first-qwen");
    try (Stream<Path> files = Files.list(golden.resolve("base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    JsonNode weights =
        new ObjectMapper()
            .readTree(golden.resolve("first-qwen.json").toFile())
            .get("weights")
            .get("base");
    ObjectNode header = new ObjectMapper().createObjectNode();
    int end = 0;
    for (String name : (Iterable<String>) weights::fieldNames) {
      int start = end;
      int bytes = Float.BYTES;
      for (JsonNode size : weights.get(name).get("shape")) {
        bytes *= size.asInt();
      }
      end += bytes;
      ObjectNode entry = header.putObject(name).put("dtype", "F32");
      entry.set("shape", weights.get(name).get("shape"));
      entry.putArray("data_offsets").add(start).add(end);
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + text.length + end).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    Random random = new Random(3);
    while (file.hasRemaining()) {
      file.putFloat((float) random.nextGaussian() / 8);
    }
    Files.write(target.resolve("model.safetensors"), file.array());
    return target;
  }
}
