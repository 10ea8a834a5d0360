package io.prumerge.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.host.Processor;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.TorchException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LLaVA as DJL users meet it: Criteria, ZooModel, Predictor. */
@Tag("model")
class LlavaCriteriaTest {

  private static final LoadSettings BF16 =
      LoadSettings.DEFAULT
          .with(LoadSettings.DTYPE, DtypeChoice.BF16)
          .with(LoadSettings.CONVERSATION, "llava_hf");

  // Tests before it in this JVM may have left a model that nobody leases.
  private final long before = OpenValues.count();

  private static Criteria.Builder<LlavaInput, String> byClassNames(String checkpoint) {
    return Criteria.builder()
        .setTypes(LlavaInput.class, String.class)
        .optEngine("PyTorch")
        .optDevice(Device.cpu())
        .optModelPath(Goldens.path("checkpoints/" + checkpoint))
        .optOption("hasParameter", "false")
        .optArgument("blockFactory", LlavaBlockFactory.class.getName())
        .optArgument("translatorFactory", LlavaTranslatorFactory.class.getName())
        .optArgument("imageAspect", "crop")
        .optArgument("maxNewTokens", "12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "prumerge", "prumerge+"})
  void aPredictorAnswersAsTheReference(String method) throws Exception {
    JsonNode one = Goldens.json("model/mha.json").get("cases").get(0);
    String input = one.get("input").asText();
    assertThat(input).endsWith("@crop");
    byte[] image =
        Files.readAllBytes(Goldens.path("images/" + input.substring(0, input.indexOf('@'))));
    Criteria<LlavaInput, String> criteria =
        byClassNames("mha")
            .optArgument("method", method)
            .optArgument("conversation", one.get("template").asText())
            .build();
    try (ZooModel<LlavaInput, String> model = criteria.loadModel();
        Predictor<LlavaInput, String> predictor = model.newPredictor()) {
      assertThat(predictor.predict(new LlavaInput(image, one.get("question").asText())))
          .isEqualTo(one.get("modes").get(method).get("text").asText());
    }
    assertThat(OpenValues.count()).as("native values left by a closed model").isEqualTo(before);
  }

  @Test
  void aBlockGetsPixelsThatNoMethodMakesSmaller() {
    Criteria<LlavaInput, String> criteria =
        byClassNames("mha").optArgument("method", "resize:tokens=9").build();
    assertThatThrownBy(criteria::loadModel)
        .hasMessageContaining(
            "Cannot use method 'resize:tokens=9' in a DJL block: it makes the picture smaller");
    assertThat(OpenValues.count()).isEqualTo(before);
  }

  /** All that the DJL Spark extension's loader sets; the rest stands in serving.properties. */
  @Test
  void loadsAsTheDjlSparkExtensionDoes(@TempDir Path folder) throws Exception {
    JsonNode one = Goldens.json("model/mha.json").get("cases").get(0);
    String input = one.get("input").asText();
    Goldens.copyCheckpoint("mha", folder);
    Files.writeString(
        folder.resolve("serving.properties"),
        """
        blockFactory=io.prumerge.zoo.LlavaBlockFactory
        option.hasParameter=false
        method=prumerge
        imageAspect=crop
        maxNewTokens=12
        conversation=%s
        question=%s
        """
            .formatted(
                one.get("template").asText(), one.get("question").asText().replace("\n", "\\n")));
    Criteria<byte[], byte[]> criteria =
        Criteria.builder()
            .setTypes(byte[].class, byte[].class)
            .optEngine("PyTorch")
            .optModelUrls(folder.toUri().toString())
            .optTranslatorFactory(sent(new LlavaTranslatorFactory()))
            .optArguments(new HashMap<>(Map.of("batchifier", "none")))
            .build();
    byte[] image =
        Files.readAllBytes(Goldens.path("images/" + input.substring(0, input.indexOf('@'))));
    try (ZooModel<byte[], byte[]> model = criteria.loadModel();
        Predictor<byte[], byte[]> predictor = model.newPredictor()) {
      assertThat(predictor.batchPredict(List.of(image, image)))
          .extracting(answer -> new String(answer, StandardCharsets.UTF_8))
          .containsOnly(one.get("modes").get("prumerge").get("text").asText())
          .hasSize(2);
    }

    Files.writeString(
        folder.resolve("serving.properties"),
        """
        blockFactory=io.prumerge.zoo.LlavaBlockFactory
        option.hasParameter=false
        """);
    assertThatThrownBy(criteria::loadModel).hasMessageContaining("without a question");
    assertThat(OpenValues.count()).isEqualTo(before);
  }

  /** As a closure takes it to an executor. */
  private static LlavaTranslatorFactory sent(LlavaTranslatorFactory factory) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(factory);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (LlavaTranslatorFactory) in.readObject();
    }
  }

  @Test
  void theEnginesCriteriaLoadTheSameBlock() throws Exception {
    boolean int8 = Processor.ofHost().multipliesInt8();
    LlavaCriteria criteria =
        new LlavaCriteria(
            ModelFolders.of(Goldens.path("checkpoints/gqa")),
            BF16.with(LoadSettings.QUANTIZE, int8 ? Quantization.INT8 : Quantization.NONE)
                .written());
    try (ZooModel<LlavaInput, String> model = criteria.on(Device.cpu()).loadModel();
        Predictor<LlavaInput, String> predictor = model.newPredictor()) {
      assertThat(((LlavaBlock) model.getBlock()).model().dtype())
          .isEqualTo(int8 ? "bf16+int8" : "bf16");
      assertThat(predictor.predict(new LlavaInput(null, "What is red?"))).isNotNull();
    }
  }

  /** DJL reads a folder's serving.properties, in which whoever packed it may name classes. */
  @Test
  void theEnginesCriteriaObeyNoPropertiesOfTheFolder(@TempDir Path folder) throws Exception {
    Goldens.copyCheckpoint("gqa", folder);
    Files.writeString(
        folder.resolve("serving.properties"),
        """
        engine=OnnxRuntime
        blockFactory=nobodys.BlockFactory
        translatorFactory=nobodys.TranslatorFactory
        option.hasParameter=true
        option.mapLocation=true
        dtype=fp32
        quantize=int8
        conversation=nobody's
        adapter=/nobody's
        tower=/nobody's
        """);
    LlavaCriteria criteria = new LlavaCriteria(ModelFolders.of(folder), BF16.written());
    try (ZooModel<LlavaInput, String> model = criteria.on(Device.cpu()).loadModel();
        Predictor<LlavaInput, String> predictor = model.newPredictor()) {
      assertThat(((LlavaBlock) model.getBlock()).model().dtype()).isEqualTo("bf16");
      assertThat(predictor.predict(new LlavaInput(null, "What is red?"))).isNotNull();
    }
  }

  @Test
  void aTranslatorThatCannotBeMadeLeavesNothingOpen() {
    Criteria<LlavaInput, String> criteria =
        byClassNames("mha").optArgument("imageAspect", "native").build();
    assertThatThrownBy(criteria::loadModel)
        .hasMessageContaining("with image aspect native: it sees them whole, padded or cropped");
    assertThat(OpenValues.count()).isEqualTo(before);
  }

  @Test
  void weightsThatCannotBeReadToTheEndLeaveNothingOpen(@TempDir Path folder) throws IOException {
    Goldens.copyCheckpoint("gqa", folder);
    Checkpoint checkpoint = Checkpoint.open(folder);
    Files.delete(folder.resolve("model-00003-of-00003.safetensors")); // the last layers
    assertThatThrownBy(() -> LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32))
        .isInstanceOf(TorchException.class);
    assertThat(OpenValues.count()).isEqualTo(before);
  }
}
