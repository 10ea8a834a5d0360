package io.prumerge.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint of LLaVA-1.5-7B's dimensions with random bf16 weights (14 GB, one file), to
 * measure what only size shows. The tokenizer is borrowed from a small checkpoint.
 *
 * <p>Run: {@code main FOLDER SMALL_CHECKPOINT}.
 */
public final class RandomCheckpoint {

  private static final int D = 4096;
  private static final int MLP = 11008;
  private static final int LAYERS = 32;
  private static final int VOCABULARY = 32064;
  private static final int VISION = 1024;
  private static final int VISION_LAYERS = 24;
  private static final short ONE = 0x3F80;

  private final Map<String, int[]> shapes = new LinkedHashMap<>();

  private RandomCheckpoint() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    Path small = Path.of(args[1]);
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(small.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    ObjectMapper json = new ObjectMapper();
    int image =
        json.readTree(small.resolve("config.json").toFile()).get("image_token_index").asInt();
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "llava", "image_token_index": %d,
         "text_config": {"model_type": "llama", "vocab_size": %d, "max_position_embeddings": 4096,
                         "rms_norm_eps": 1e-05},
         "torch_dtype": "bfloat16"}
        """
            .formatted(image, VOCABULARY));
    Files.writeString(
        folder.resolve("preprocessor_config.json"), "{\"size\": 336, \"crop_size\": 336}");
    RandomCheckpoint checkpoint = new RandomCheckpoint();
    checkpoint.declare();
    checkpoint.write(folder.resolve("model.safetensors"), json);
  }

  private void declare() {
    String language = "language_model.model.";
    shapes.put(language + "embed_tokens.weight", new int[] {VOCABULARY, D});
    for (int i = 0; i < LAYERS; i++) {
      String layer = language + "layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", new int[] {D});
      for (String name : new String[] {"q", "k", "v", "o"}) {
        shapes.put(layer + "self_attn." + name + "_proj.weight", new int[] {D, D});
      }
      shapes.put(layer + "post_attention_layernorm.weight", new int[] {D});
      shapes.put(layer + "mlp.gate_proj.weight", new int[] {MLP, D});
      shapes.put(layer + "mlp.up_proj.weight", new int[] {MLP, D});
      shapes.put(layer + "mlp.down_proj.weight", new int[] {D, MLP});
    }
    shapes.put(language + "norm.weight", new int[] {D});
    shapes.put("language_model.lm_head.weight", new int[] {VOCABULARY, D});
    linear("multi_modal_projector.linear_1", D, VISION);
    linear("multi_modal_projector.linear_2", D, D);
    String vision = "vision_tower.vision_model.";
    shapes.put(vision + "embeddings.class_embedding", new int[] {VISION});
    shapes.put(vision + "embeddings.patch_embedding.weight", new int[] {VISION, 3, 14, 14});
    shapes.put(vision + "embeddings.position_embedding.weight", new int[] {577, VISION});
    norm(vision + "pre_layrnorm");
    norm(vision + "post_layernorm");
    for (int i = 0; i < VISION_LAYERS; i++) {
      String layer = vision + "encoder.layers." + i + ".";
      norm(layer + "layer_norm1");
      norm(layer + "layer_norm2");
      for (String name : new String[] {"q", "k", "v", "out"}) {
        linear(layer + "self_attn." + name + "_proj", VISION, VISION);
      }
      linear(layer + "mlp.fc1", 4 * VISION, VISION);
      linear(layer + "mlp.fc2", VISION, 4 * VISION);
    }
  }

  private void linear(String name, int out, int in) {
    shapes.put(name + ".weight", new int[] {out, in});
    shapes.put(name + ".bias", new int[] {out});
  }

  private void norm(String name) {
    shapes.put(name + ".weight", new int[] {VISION});
    shapes.put(name + ".bias", new int[] {VISION});
  }

  private void write(Path file, ObjectMapper json) throws IOException {
    ObjectNode header = json.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      long bytes = 2 * elements(entry.getValue());
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
    ByteBuffer ones = ByteBuffer.allocateDirect(2 * D).order(ByteOrder.LITTLE_ENDIAN);
    while (ones.hasRemaining()) {
      ones.putShort(ONE);
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      fill(channel, head.flip(), head.limit());
      for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
        boolean gain = entry.getKey().contains("norm") && entry.getKey().endsWith("weight");
        fill(channel, gain ? ones : noise, 2 * elements(entry.getValue()));
      }
    }
  }

  // +-[0.0156, 0.031): what trained weights of this width are like, without denormals or
  // infinities.
  private static ByteBuffer noise() {
    ByteBuffer noise = ByteBuffer.allocateDirect(1 << 24).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(7);
    while (noise.hasRemaining()) {
      int bits = random.nextInt();
      noise.putShort((short) ((bits & 0x8000) | 0x3C80 | (bits & 0x7F)));
    }
    return noise;
  }

  private static void fill(FileChannel channel, ByteBuffer source, long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      source.clear().limit((int) Math.min(left, source.capacity()));
      left -= channel.write(source);
    }
  }

  private static long elements(int[] shape) {
    long elements = 1;
    for (int size : shape) {
      elements *= size;
    }
    return elements;
  }
}
