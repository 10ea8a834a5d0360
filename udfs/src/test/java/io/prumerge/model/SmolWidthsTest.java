package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.image.codec.ImageException;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.text.PromptException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SmolVLM at the widths of its 256M and 2.2B, with two layers in tower and decoder. The weights
 * follow from their names, as make_smol_goldens.py makes them.
 */
@Tag("model")
@Tag("slow")
class SmolWidthsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"narrow", "wide"})
  void answersAreTheReferences(String name) throws IOException, ImageException, PromptException {
    JsonNode golden = Goldens.json("smol/widths.json").get(name);
    write(golden);
    answersAreTheReferences(golden, "split/300x200", true);
    answersAreTheReferences(golden, "whole/photo.png+gray.png", false);
  }

  private void answersAreTheReferences(JsonNode golden, String key, boolean splits)
      throws IOException, ImageException, PromptException {
    ObjectNode images = golden.get("images").deepCopy();
    images.put("do_image_splitting", splits);
    Files.writeString(folder.resolve("preprocessor_config.json"), images.toString());
    JsonNode one = golden.get("cases").get(key);
    try (SmolGoldenTest.Opened opened = new SmolGoldenTest.Opened(folder)) {
      PreparedImages input = opened.prepared(one.get("pictures").asText());
      assertThat(input.views()).hasSize(one.get("views").asInt());
      PromptGroup group = opened.group(input, one.get("question").asText(), "none");
      SmolGoldenTest.assertIds(opened, one, key);
      ModelGoldenTest.assertClose(
          opened.model.logits(group), Goldens.floats(one.get("logits")), key);
      int steps = GoldenModel.comparable(one.get("margins"));
      assertThat(steps).isGreaterThan(6);
      assertThat(Arrays.copyOf(opened.ids(List.of(group)).get(0), steps))
          .containsExactly(Arrays.copyOf(Goldens.ints(one.get("greedy")), steps));
    }
  }

  private void write(JsonNode golden) throws IOException {
    for (String file :
        List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
      Files.copy(Goldens.path("smol/first/" + file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("config.json"), golden.get("config").toString());
    ObjectNode header = JSON.createObjectNode();
    long at = 0;
    for (Map.Entry<String, JsonNode> tensor : golden.get("shapes").properties()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      entry.set("shape", tensor.getValue());
      long end = at + 4 * elements(tensor.getValue());
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(folder.resolve("model.safetensors"))) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
      out.write(text);
      for (Map.Entry<String, JsonNode> tensor : golden.get("shapes").properties()) {
        fill(tensor.getKey(), tensor.getValue(), out);
      }
    }
  }

  private static long elements(JsonNode shape) {
    return StreamSupport.stream(shape.spliterator(), false)
        .mapToLong(JsonNode::asLong)
        .reduce(1, Math::multiplyExact);
  }

  // SplitMix64, whose state begins with the name's CRC-32.
  private static void fill(String name, JsonNode shape, OutputStream out) throws IOException {
    long count = elements(shape);
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long start = crc.getValue() << 32;
    double offset = 0;
    double scale;
    if (shape.size() == 1) {
      boolean norm = name.contains("norm") && name.endsWith("weight");
      offset = norm ? 1 : 0;
      scale = norm ? 0.5 : 0.25;
    } else if (name.contains("embed") && !name.contains("patch")) {
      scale = 0.25;
    } else {
      scale = 4 / Math.sqrt((double) count / shape.get(0).asLong());
    }
    ByteBuffer some = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 1; i <= count; i++) {
      long state = start + i * 0x9E3779B97F4A7C15L;
      state = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
      state = (state ^ state >>> 27) * 0x94D049BB133111EBL;
      double share = (double) ((state ^ state >>> 31) >>> 40) / (1 << 24) - 0.5;
      some.putFloat((float) (offset + scale * share));
      if (!some.hasRemaining() || i == count) {
        out.write(some.array(), 0, some.position());
        some.clear();
      }
    }
  }
}
