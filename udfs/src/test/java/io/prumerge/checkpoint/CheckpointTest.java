package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.config.CheckpointException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {
  private static final String EMBEDDING = "language_model.model.embed_tokens.weight";
  private static final String HEAD = "language_model.lm_head.weight";

  @TempDir private Path folder;
  private final Map<String, List<Long>> shapes = TinyCheckpoint.shapes();
  private String config = TinyCheckpoint.CONFIG;

  @Test
  void opensAWholeCheckpoint() throws Exception {
    Checkpoint checkpoint = open();
    assertThat(checkpoint.folders()).isEqualTo(ModelFolders.of(folder));
    assertThat(checkpoint.tensors().keySet()).isEqualTo(shapes.keySet());
    shapes.forEach(
        (name, shape) -> {
          assertThat(checkpoint.tensor(name).shape()).isEqualTo(shape);
          assertThat(checkpoint.tensor(name).name()).isEqualTo(name);
        });
    assertThat(checkpoint.config().tied()).isFalse();
    assertThat(checkpoint.generation().eosTokenIds()).containsExactly(2);
    Path weights = folder.resolve("model.safetensors");
    assertThat(checkpoint.bytes()).isEqualTo(Files.size(weights));
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(weights));
    LongAdder read = new LongAdder();
    checkpoint.digest(read::add);
    assertThat(read.sum()).isEqualTo(checkpoint.bytes());
    assertThat(checkpoint.digest())
        .isEqualTo(HexFormat.of().formatHex(sha256))
        .isEqualTo(checkpoint.digest());
    assertThatThrownBy(() -> checkpoint.tensor("x"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Checkpoint " + folder + " has no tensor 'x'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "pytorch_model.bin"})
  void aPointerOfGitLfsIsNamed(String name) throws IOException {
    open();
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve(name),
        "version https://git-lfs.example/spec/v1\noid sha256:%s\nsize 9976578928\n"
            .formatted("0".repeat(64)));
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(name + " is Git LFS's pointer to the weights")
        .hasMessageContaining("git lfs pull");
  }

  @Test
  void packedWeightsAreNamedWhereTheyDoNotFit() throws IOException {
    config = config.replaceFirst("\\{", "{'quantization_config':{'quant_method':'bitsandbytes'},");
    open(); // an adapter's settings may state it, with weights that are whole
    shapes.put(HEAD, List.of(3L, 1L));
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("but has [3, 1]; config.json states quantization_config, and packed")
        .hasMessageEndingWith("save the model in fp16 or bf16");
  }

  @Test
  void namesEveryTensorThatIsMissing() throws IOException {
    for (String name : TinyCheckpoint.shapes().keySet()) {
      boolean spare =
          name.contains("post_layernorm")
              || name.contains("vision_model.encoder.layers.1.")
                  && !name.matches(".*(layer_norm1|q_proj|k_proj).*");
      List<Long> shape = shapes.remove(name);
      if (spare) {
        assertThat(open().tensors()).as(name).doesNotContainKey(name);
      } else {
        assertRefused("tensor '" + name + "'", "is missing");
      }
      shapes.put(name, shape);
    }
  }

  @Test
  void needsTheWholeTowerWhereItsLastLayerIsAFeature() throws IOException {
    config = config.replace("{'model_type'", "{'vision_feature_layer':-1,'model_type'");
    open();
    shapes.remove("vision_tower.vision_model.encoder.layers.1.mlp.fc2.bias");
    assertRefused("tensor 'vision_tower.vision_model.encoder.layers.1.mlp.fc2.bias'", "is missing");
  }

  @Test
  void namesEveryTensorOfAnotherShape() throws IOException {
    for (String name : TinyCheckpoint.shapes().keySet()) {
      List<Long> shape = shapes.get(name);
      shapes.put(name, List.of(3L, 5L));
      assertRefused(
          "tensor '" + name + "' (in model.safetensors)",
          "must have shape " + shape + " but has [3, 5]");
      shapes.put(name, shape);
    }
  }

  @Test
  void namesTensorsThatHaveNoPlace() throws IOException {
    shapes.put("model.layers.2.mlp.up_proj.weight", List.of(6L, 4L));
    assertRefused(
        "tensor 'language_model.model.layers.2.mlp.up_proj.weight' (spelled"
            + " 'model.layers.2.mlp.up_proj.weight' in model.safetensors)",
        "has no place in the model that config.json describes");
    shapes.put("optimizer", List.of());
    assertRefused("(and 1 more)", "has no place");
  }

  @Test
  void namesBiasesThatTheConfigurationDoesNotHave() throws IOException {
    config = config.replace("'mlp_bias':true", "'mlp_bias':false");
    assertRefused("tensor 'language_model.model.layers.0.mlp.down_proj.bias'", "(and 5 more)");
  }

  @Test
  void ignoresBuffers() throws IOException {
    shapes.put("language_model.model.layers.0.self_attn.rotary_emb.inv_freq", List.of(3L));
    shapes.put("vision_tower.vision_model.embeddings.position_ids", List.of(1L, 10L));
    assertThat(open().tensors()).hasSize(TinyCheckpoint.shapes().size());
  }

  @Test
  void refusesTwoSpellingsOfOneTensor() throws IOException {
    shapes.put("lm_head.weight", List.of(6L, 4L));
    assertRefused("tensors '" + HEAD + "' and 'lm_head.weight' are the same one", "");
  }

  @Test
  void refusesWeightsOfOtherTypes() throws IOException {
    TinyCheckpoint.write(folder, config, shapes);
    SafetensorsBytes.write(folder.resolve("model.safetensors"), TensorType.F64, shapes);
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageContaining("has type F64; weights may be F32, F16, BF16");
  }

  @ParameterizedTest
  @CsvSource({
    // text flag, top flag, head in the file, tied
    "absent, absent, true, false",
    "false, true, true, false",
    "absent, true, true, false",
    "true, absent, true, true",
    "true, false, false, true",
    "absent, true, false, true",
    "false, true, false, true",
  })
  void tiesTheHeadAsBothVersionsOfTheReference(String text, String top, boolean head, boolean tied)
      throws IOException {
    flags(text, top);
    if (!head) {
      shapes.remove(HEAD);
    }
    Checkpoint checkpoint = open();
    assertThat(checkpoint.config().tied()).isEqualTo(tied);
    assertThat(checkpoint.tensors().containsKey(HEAD)).isEqualTo(!tied);
  }

  @ParameterizedTest
  @CsvSource({"absent, absent", "false, false", "absent, false"})
  void refusesAHeadThatIsNowhere(String text, String top) throws IOException {
    flags(text, top);
    shapes.remove(HEAD);
    assertRefused("tensor '" + HEAD + "' is missing and config.json does not set", "");
  }

  @Test
  void refusesATiedHeadThatDiffers() throws IOException {
    flags("true", "true");
    TensorEntry head = null;
    TinyCheckpoint.write(folder, config, shapes);
    Path weights = folder.resolve("model.safetensors");
    for (TensorEntry entry : SafetensorsHeader.read(weights).tensors()) {
      head = entry.name().equals(HEAD) ? entry : head;
    }
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.seek(head.offset() + head.bytes() - 1);
      file.write(1);
    }
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("text_config.tie_word_embeddings is true but tensor '" + HEAD + "'")
        .hasMessageContaining("differs from the embedding");
    shapes.put(HEAD, List.of(4L, 6L));
    assertRefused("differs from the embedding", "");
  }

  @Test
  void namesAMissingEmbeddingOfATiedHead() throws IOException {
    flags("true", "true");
    shapes.remove(EMBEDDING);
    assertRefused("tensor '" + EMBEDDING + "'", "is missing");
  }

  @Test
  void saysWhatAFolderLacks() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> Checkpoint.open(none))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open checkpoint " + none + ": there is no such folder");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageEndingWith(": it has no config.json, so it is no model folder");
    Path adapter = Files.writeString(folder.resolve("adapter_config.json"), "{}");
    String alone =
        ": it is an adapter: write BASE+ADAPTER, with the model that it was trained for as BASE";
    assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageEndingWith(alone);
    Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
    assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageEndingWith(alone);
    Files.delete(adapter);
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageEndingWith(
            ": there is no weight file: neither model.safetensors nor pytorch_model.bin, nor an"
                + " .index.json of one of them");
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageEndingWith("Cannot read pytorch_model.bin: it is no zip archive of torch.save");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"a\":1,\"a\":2}", "{} {}", "null", "\u0000"})
  void saysInOneLineWhatIsWrongWithConfigJson(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot open checkpoint " + folder + ": config.json ")
        .hasMessageNotContaining("\n");
  }

  /** Whatever the bytes of config.json, an open checkpoint or one kind of exception. */
  @Test
  @Tag("fuzz")
  void opensOrRefusesMutatedConfigurations() throws IOException {
    int rounds = 4 * Integer.getInteger("fuzz.tries", 200);
    TinyCheckpoint.write(folder, config, shapes);
    byte[] whole = config.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] pieces = "{}[]\",:0123456789-. eE\\u".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(5);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] mutated = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        mutated[random.nextInt(mutated.length)] = pieces[random.nextInt(pieces.length)];
      }
      Files.write(folder.resolve("config.json"), mutated);
      try {
        Checkpoint.open(folder);
      } catch (CheckpointException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("Cannot open checkpoint ").doesNotContain("\n");
      }
    }
    assertThat(refused).isBetween(rounds / 2, rounds);
  }

  private void flags(String text, String top) {
    if (!text.equals("absent")) {
      config =
          config.replace("'text_config':{", "'text_config':{'tie_word_embeddings':" + text + ",");
    }
    if (!top.equals("absent")) {
      config = config.replace("{'model_type'", "{'tie_word_embeddings':" + top + ",'model_type'");
    }
  }

  private Checkpoint open() throws IOException {
    TinyCheckpoint.write(folder, config, shapes);
    return Checkpoint.open(folder);
  }

  private void assertRefused(String tensor, String problem) throws IOException {
    TinyCheckpoint.write(folder, config, shapes);
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot open checkpoint " + folder + ": ")
        .hasMessageContaining(tensor)
        .hasMessageContaining(problem);
  }
}
