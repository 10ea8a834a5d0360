package io.prumerge.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a checkpoint with random bf16 weights in one file, to measure what only size shows. The
 * tokenizer is borrowed from a small checkpoint, with a word for each of the ids it lacks.
 *
 * <p>Run: {@code main FOLDER SMALL_CHECKPOINT LAYERS}; all 32 layers of LLaVA-1.5-7B are 14 GB.
 */
public final class RandomCheckpoint {

  private static final String WEIGHTS = "model.safetensors";

  private final RandomShape shape;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, int[]> tensors = new LinkedHashMap<>();

  private RandomCheckpoint(RandomShape shape) {
    this.shape = shape;
    declareLanguage();
    declareVision();
  }

  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Path.of(args[1]), RandomShape.wide(Integer.parseInt(args[2])));
  }

  /** Writes the folder unless it is there already. */
  public static void write(Path folder, Path small, RandomShape shape) throws IOException {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return;
    }
    Files.createDirectories(folder);
    RandomCheckpoint checkpoint = new RandomCheckpoint(shape);
    checkpoint.writeSettings(folder, small);
    Path part = folder.resolve(WEIGHTS + ".part");
    RandomWeights.write(part, checkpoint.tensors);
    Files.move(part, folder.resolve(WEIGHTS)); // last: a folder with it is whole
  }

  /** Bytes of the weights of a shape. */
  public static long bytes(RandomShape shape) {
    return RandomWeights.bytes(new RandomCheckpoint(shape).tensors);
  }

  private void writeSettings(Path folder, Path small) throws IOException {
    for (String same :
        new String[] {"generation_config.json", "processor_config.json", "tokenizer_config.json"}) {
      Files.write(folder.resolve(same), Files.readAllBytes(small.resolve(same)));
    }
    ObjectNode config = object(small.resolve("config.json"));
    config.put("image_seq_length", shape.patches());
    ((ObjectNode) config.get("text_config"))
        .put("hidden_size", shape.text())
        .put("intermediate_size", shape.mlp())
        .put("num_hidden_layers", shape.textLayers())
        .put("num_attention_heads", shape.textHeads())
        .put("num_key_value_heads", shape.textHeads())
        .put("max_position_embeddings", 4096)
        .put("vocab_size", shape.vocabulary());
    ((ObjectNode) config.get("vision_config"))
        .put("hidden_size", shape.vision())
        .put("intermediate_size", shape.visionMlp())
        .put("num_hidden_layers", shape.visionLayers())
        .put("num_attention_heads", shape.visionHeads())
        .put("projection_dim", shape.vision())
        .put("image_size", shape.imageSide());
    json.writeValue(folder.resolve("config.json").toFile(), config);
    ObjectNode pixels = object(small.resolve("preprocessor_config.json"));
    pixels.putObject("size").put("shortest_edge", shape.imageSide());
    pixels.putObject("crop_size").put("height", shape.imageSide()).put("width", shape.imageSide());
    json.writeValue(folder.resolve("preprocessor_config.json").toFile(), pixels);
    writeTokenizer(folder, small, "\u2581id", shape.vocabulary());
  }

  /**
   * Writes a small checkpoint's tokenizer with more words.
   *
   * @param word what each of these begins with; its id follows
   * @param vocabulary number of all words
   */
  static void writeTokenizer(Path folder, Path small, String word, int vocabulary)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode tokenizer = json.readTree(small.resolve("tokenizer.json").toFile());
    ObjectNode words = (ObjectNode) tokenizer.get("model").get("vocab");
    // An added token that the model does not know would be numbered after its last word.
    for (JsonNode token : tokenizer.get("added_tokens")) {
      words.put(token.get("content").asText(), token.get("id").asInt());
    }
    for (int id = words.size(); id < vocabulary; id++) {
      words.put(word + id, id);
    }
    json.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
  }

  private ObjectNode object(Path file) throws IOException {
    return (ObjectNode) json.readTree(file.toFile());
  }

  private void declareLanguage() {
    int d = shape.text();
    String language = "language_model.model.";
    tensors.put(language + "embed_tokens.weight", new int[] {shape.vocabulary(), d});
    for (int i = 0; i < shape.textLayers(); i++) {
      String layer = language + "layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", new int[] {d});
      for (String name : new String[] {"q", "k", "v", "o"}) {
        tensors.put(layer + "self_attn." + name + "_proj.weight", new int[] {d, d});
      }
      tensors.put(layer + "post_attention_layernorm.weight", new int[] {d});
      tensors.put(layer + "mlp.gate_proj.weight", new int[] {shape.mlp(), d});
      tensors.put(layer + "mlp.up_proj.weight", new int[] {shape.mlp(), d});
      tensors.put(layer + "mlp.down_proj.weight", new int[] {d, shape.mlp()});
    }
    tensors.put(language + "norm.weight", new int[] {d});
    tensors.put("language_model.lm_head.weight", new int[] {shape.vocabulary(), d});
  }

  private void declareVision() {
    int c = shape.vision();
    linear("multi_modal_projector.linear_1", shape.text(), c);
    linear("multi_modal_projector.linear_2", shape.text(), shape.text());
    String vision = "vision_tower.vision_model.";
    tensors.put(vision + "embeddings.class_embedding", new int[] {c});
    tensors.put(
        vision + "embeddings.patch_embedding.weight",
        new int[] {c, 3, RandomShape.PATCH, RandomShape.PATCH});
    tensors.put(
        vision + "embeddings.position_embedding.weight", new int[] {shape.patches() + 1, c});
    norm(vision + "pre_layrnorm");
    norm(vision + "post_layernorm");
    for (int i = 0; i < shape.visionLayers(); i++) {
      String layer = vision + "encoder.layers." + i + ".";
      norm(layer + "layer_norm1");
      norm(layer + "layer_norm2");
      for (String name : new String[] {"q", "k", "v", "out"}) {
        linear(layer + "self_attn." + name + "_proj", c, c);
      }
      linear(layer + "mlp.fc1", shape.visionMlp(), c);
      linear(layer + "mlp.fc2", c, shape.visionMlp());
    }
  }

  private void linear(String name, int out, int in) {
    tensors.put(name + ".weight", new int[] {out, in});
    tensors.put(name + ".bias", new int[] {out});
  }

  private void norm(String name) {
    tensors.put(name + ".weight", new int[] {shape.vision()});
    tensors.put(name + ".bias", new int[] {shape.vision()});
  }
}
