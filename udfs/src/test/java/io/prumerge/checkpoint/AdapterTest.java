package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.prumerge.Goldens;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Settings;
import io.prumerge.family.Families;
import io.prumerge.family.TensorNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterTest {

  private static final String MODULE = "base_model.model.model.layers.0.self_attn.q_proj";

  private static final Settings LLAVA =
      new Settings("config.json", JsonNodeFactory.instance.objectNode().put("model_type", "llava"));
  private static final TensorNames NAMES = Families.of(LLAVA).names(LLAVA);

  @TempDir private Path folder;
  private final Map<String, List<Long>> shapes = new TreeMap<>();

  @BeforeEach
  void update() {
    shapes.put(MODULE + ".lora_A.weight", List.of(4L, 6L));
    shapes.put(MODULE + ".lora_B.weight", List.of(6L, 4L));
  }

  private Adapter read(String config) throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), config.replace('\'', '"'));
    SafetensorsBytes.write(folder.resolve("adapter_model.safetensors"), TensorType.F32, shapes);
    return Adapter.read(folder, NAMES);
  }

  private void refuses(String config, String problem) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read(config))
        .withMessageStartingWith("adapter " + folder + ": ")
        .withMessageContaining(problem);
  }

  private double scale(String config) throws IOException {
    return read(config)
        .updates()
        .get("language_model.model.layers.0.self_attn.q_proj.weight")
        .scale();
  }

  @Test
  void scalesByAlphaRankAndPatterns() throws IOException {
    assertThat(scale("{'r':4,'lora_alpha':6}")).isEqualTo(1.5);
    assertThat(scale("{'r':4}")).isEqualTo(2);
    assertThat(scale("{'r':4,'lora_alpha':6,'use_rslora':true}")).isEqualTo(3);
    assertThat(scale("{'r':9,'lora_alpha':6,'rank_pattern':{'k_proj':7,'q_proj':4}}"))
        .isEqualTo(1.5);
    assertThat(
            scale("{'r':4,'lora_alpha':6,'alpha_pattern':{'x':9,'layers.0.*q_proj':2,'q_proj':5}}"))
        .as("the first that matches")
        .isEqualTo(0.5);
    assertThat(
            scale(
                "{'r':4,'lora_alpha':6,'alpha_pattern':{'_proj':2,'ayers.0.self_attn.q_proj':2}}"))
        .as("only whole parts of a name match")
        .isEqualTo(1.5);
  }

  @Test
  void takesAnAdaptersNameInTheKeys() throws IOException {
    shapes.clear();
    shapes.put(MODULE + ".lora_A.default.weight", List.of(4L, 6L));
    shapes.put(MODULE + ".lora_B.default.weight", List.of(6L, 4L));
    assertThat(scale("{'r':4,'lora_alpha':4}")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'peft_type':'LOHA'}|peft_type 'LOHA' is not supported; known: LORA",
        "{'use_dora':true}|use_dora is true, which is not supported",
        "{'lora_bias':true}|lora_bias is true",
        "{'layer_replication':[[0,2]]}|layer_replication is [[0,2]]",
        "{'target_parameters':['x']}|target_parameters is",
        "{'init_lora_weights':'pissa'}|changes the base's weights",
        "{'r':0}|r must be at least 1",
        "{'r':5}|do not have the rank 5",
        "{'r':4,'rank_pattern':{'q_proj':3}}|do not have the rank 3",
        "{'r':4,'rank_pattern':{'(':3}}|is no regular expression",
        "{'r':4,'rank_pattern':{'(?=q)':3}}|has characters that are not supported",
        "{'r':4,'rank_pattern':{'.*.*.*.*.*.*.*.*x':3}}|takes too long to match",
        "{'r':4,'alpha_pattern':{'q_proj':'x'}}|must be a number",
      })
  void refusesOtherAdapters(String config, String problem) {
    refuses(config, problem);
  }

  @ParameterizedTest
  @CsvSource({
    "lora_magnitude_vector.weight, DoRA",
    "lora_embedding_A, is not supported",
    "lora_B.bias, is not supported",
  })
  void refusesOtherTensors(String tensor, String problem) {
    shapes.put(MODULE + "." + tensor, List.of(4L));
    refuses("{'r':4}", problem);
  }

  @Test
  void refusesHalfAnUpdate() {
    shapes.remove(MODULE + ".lora_B.weight");
    refuses(
        "{'r':4}",
        "module '"
            + MODULE.replaceFirst("^base_model\\.model\\.", "")
            + "' has only one of lora_A and lora_B");
  }

  @Test
  void refusesAnUpdateThatTheBaseHasNoPlaceFor() throws IOException {
    read("{'r':4}");
    Path base = Goldens.path("layouts/hf");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(ModelFolders.of(List.of(base, folder))))
        .withMessageContaining("cannot take the adapter's update of shape [6, 6]");
    shapes.clear();
    shapes.put(MODULE.replace("layers.0", "layers.9") + ".lora_A.weight", List.of(4L, 6L));
    shapes.put(MODULE.replace("layers.0", "layers.9") + ".lora_B.weight", List.of(6L, 4L));
    read("{'r':4}");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(ModelFolders.of(List.of(base, folder))))
        .withMessageContaining("which the base does not have");
  }

  @Test
  void refusesAnAdapterWithoutWeightsAndAFolderThatIsNone() throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Adapter.read(folder, NAMES))
        .withMessageContaining("neither adapter_model.safetensors nor adapter_model.bin");
    Path base = Goldens.path("layouts/hf");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelFolders.of(List.of(base, base)))
        .withMessageContaining("it is no adapter");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelFolders.of(List.of(base, folder, Goldens.path("layouts/fan"))))
        .withMessageContaining("Cannot add both");
  }

  @Test
  void splitsAModelAtEveryPlusUnlessAFolderHasOne() throws IOException {
    assertThat(ModelFolders.split("a+b")).containsExactly("a", "b");
    assertThat(ModelFolders.split("hdfs://x/a+/b+c")).containsExactly("hdfs://x/a", "/b", "c");
    Path plus = Files.createDirectory(folder.resolve("a+b"));
    assertThat(ModelFolders.split(plus.toString())).containsExactly(plus.toString());
    assertThat(ModelFolders.split(plus + "+c+" + plus))
        .containsExactly(plus.toString(), "c", plus.toString());
    Map<String, Path> parts = new LinkedHashMap<>();
    parts.put("hf", Goldens.path("layouts/hf"));
    parts.put("clip", Goldens.path("layouts/clip"));
    parts.put("lora", Goldens.path("layouts/lora"));
    ModelFolders model = ModelFolders.of(List.copyOf(parts.values()));
    assertThat(model.adapter()).contains(parts.get("lora"));
    assertThat(model.tower()).contains(parts.get("clip"));
    assertThat(ModelFolders.parse(model.toString())).isEqualTo(model);
  }
}
