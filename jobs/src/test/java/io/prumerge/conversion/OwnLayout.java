package io.prumerge.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A tiny LLaVA-NeXT of transformers as LLaVA itself stores one: flat settings, the vocabulary
 * without a token for the image, a CLIP folder next to it.
 */
final class OwnLayout {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLIP = "clip-tiles";
  private static final String VISION = "vision_tower.";

  /** A tensor of fp32; rows are those of its first dimension. */
  private record Stored(ArrayNode shape, byte[] bytes) {

    private int rowBytes() {
      return bytes.length / shape.get(0).asInt();
    }

    /** The first rows. */
    private Stored first(int rows) {
      ArrayNode cut = shape.deepCopy();
      cut.set(0, rows);
      return new Stored(cut, Arrays.copyOf(bytes, rows * rowBytes()));
    }

    /** The same with copies of the first row from a row on. */
    private Stored copied(int from) {
      byte[] made = bytes.clone();
      for (int start = from * rowBytes(); start < made.length; start += rowBytes()) {
        System.arraycopy(bytes, 0, made, start, rowBytes());
      }
      return new Stored(shape, made);
    }
  }

  private OwnLayout() {}

  /** Writes LLaVA's folder and the CLIP folder next to it; returns the first. */
  static Path write(Path source, Path beside) throws IOException {
    Path folder = Files.createDirectories(beside.resolve("llava-tiles"));
    Path clip = Files.createDirectories(beside.resolve(CLIP));
    ObjectNode config = object(source.resolve("config.json"));
    int image = config.get("image_token_index").asInt();

    ObjectNode flat = config.get("text_config").deepCopy();
    boolean mistral = flat.get("model_type").asText().equals("mistral");
    flat.put("model_type", mistral ? "llava_mistral" : "llava").put("vocab_size", image);
    flat.put("mm_vision_tower", "openai/" + CLIP).put("mm_projector_type", "mlp2x_gelu");
    flat.put("mm_vision_select_layer", -2).put("mm_vision_select_feature", "patch");
    flat.put("mm_patch_merge_type", "spatial_unpad").put("image_aspect_ratio", "anyres");
    flat.set("image_grid_pinpoints", config.get("image_grid_pinpoints"));
    write(folder.resolve("config.json"), flat);
    ObjectNode generation = object(source.resolve("generation_config.json"));
    generation.remove("pad_token_id");
    write(folder.resolve("generation_config.json"), generation);

    ObjectNode tokenizer = object(source.resolve("tokenizer.json"));
    ArrayNode added = (ArrayNode) tokenizer.get("added_tokens");
    for (int i = added.size() - 1; i >= 0; i--) {
      if (added.get(i).get("id").asInt() >= image) {
        added.remove(i);
      }
    }
    write(folder.resolve("tokenizer.json"), tokenizer);
    ObjectNode names = object(source.resolve("tokenizer_config.json"));
    names.remove("pad_token");
    ObjectNode decoder = (ObjectNode) names.get("added_tokens_decoder");
    decoder.remove(List.of(Integer.toString(image), Integer.toString(image + 1)));
    write(folder.resolve("tokenizer_config.json"), names);

    ObjectNode tower = config.get("vision_config").deepCopy();
    write(clip.resolve("config.json"), tower.put("model_type", "clip_vision_model"));
    ObjectNode pixels = object(source.resolve("preprocessor_config.json"));
    pixels.remove(List.of("image_grid_pinpoints", "do_pad"));
    write(
        clip.resolve("preprocessor_config.json"),
        pixels.put("image_processor_type", "CLIPImageProcessor"));

    Map<String, Stored> own = new TreeMap<>();
    Map<String, Stored> vision = new TreeMap<>();
    tensors(source)
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(VISION)) {
                vision.put(name.substring(VISION.length()), tensor);
              } else {
                own.put(ownName(name), isVocabulary(name) ? tensor.first(image) : tensor);
              }
            });
    write(folder, own);
    write(clip, vision);
    return folder;
  }

  /**
   * Writes what transformers' conversion makes of that folder: the two new tokens are copies of the
   * first.
   */
  static Path twin(Path source, Path folder) throws IOException {
    int image = object(source.resolve("config.json")).get("image_token_index").asInt();
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Map<String, Stored> all = new TreeMap<>(tensors(source));
    all.replaceAll((name, tensor) -> isVocabulary(name) ? tensor.copied(image) : tensor);
    write(folder, all);
    return folder;
  }

  private static boolean isVocabulary(String name) {
    return name.endsWith("embed_tokens.weight") || name.endsWith("lm_head.weight");
  }

  private static String ownName(String name) {
    return name.startsWith("language_model.")
        ? name.substring("language_model.".length())
        : "model."
            + name.replace("multi_modal_projector.linear_1", "mm_projector.0")
                .replace("multi_modal_projector.linear_2", "mm_projector.2");
  }

  private static ObjectNode object(Path file) throws IOException {
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  private static void write(Path file, JsonNode json) throws IOException {
    JSON.writeValue(file.toFile(), json);
  }

  private static Map<String, Stored> tensors(Path folder) throws IOException {
    byte[] file = Files.readAllBytes(folder.resolve("model.safetensors"));
    int header = Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    JsonNode entries = JSON.readTree(new String(file, Long.BYTES, header, StandardCharsets.UTF_8));
    Map<String, Stored> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      if (entry.getValue().has("shape")) {
        JsonNode place = entry.getValue().get("data_offsets");
        int start = Long.BYTES + header;
        byte[] bytes =
            Arrays.copyOfRange(file, start + place.get(0).asInt(), start + place.get(1).asInt());
        tensors.put(entry.getKey(), new Stored((ArrayNode) entry.getValue().get("shape"), bytes));
      }
    }
    return tensors;
  }

  private static void write(Path folder, Map<String, Stored> tensors) throws IOException {
    ObjectNode entries = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          ObjectNode entry = entries.putObject(name).put("dtype", "F32");
          entry.set("shape", tensor.shape());
          entry.putArray("data_offsets").add(data.size()).add(data.size() + tensor.bytes().length);
          data.writeBytes(tensor.bytes());
        });
    byte[] header = JSON.writeValueAsBytes(entries);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + data.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .put(data.toByteArray());
    Files.write(folder.resolve("model.safetensors"), file.array());
  }
}
