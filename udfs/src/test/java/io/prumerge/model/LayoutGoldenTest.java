package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.SafetensorsHeader;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.torch.WeightShards;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One model in every layout, against transformers 4.57.1 and peft 0.21.2; see notebooks/goldens.
 */
@Tag("model")
class LayoutGoldenTest {

  private static final String TENSORS = "layouts/layouts.safetensors";
  private static final int VOCABULARY = 320;

  @TempDir private Path folder;

  private static ModelFolders folders(String names) {
    return ModelFolders.of(
        Stream.of(names.split("\\+")).map(name -> Goldens.path("layouts/" + name)).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "llava, hf",
    "llava, llava", // the CLIP folder lies next to it
    "llava, llava+clip",
    "lora, vicuna+lora",
    "lora, vicuna+lora+clip",
    "lora, llava+lora",
    "lora, hf+lora",
    "projector, vicuna+projector",
    "projector, llava+projector",
    "projector, hf+projector",
    "patterns, hf+patterns",
    "fan, hf+fan",
  })
  void saysWhatTheReferenceSays(String name, String model) throws IOException {
    assertAnswers(name, Checkpoint.open(folders(model)));
  }

  @ParameterizedTest
  @CsvSource({
    "llava, llava, fp32",
    "llava, hf, fp32",
    "lora, vicuna+lora, fp32",
    "patterns, hf+patterns, fp32",
  })
  void writesShardsThatSayTheSame(String name, String model, String dtype) throws IOException {
    Checkpoint source = Checkpoint.open(folders(model));
    Precision precision = Precision.valueOf(dtype.toUpperCase(Locale.ROOT));
    Files.writeString(folder.resolve("config.json"), source.configJson());
    long[] told = {0};
    WeightShards shards = new WeightShards(source, precision, 20_000);
    shards.write(
        file -> new FileOutputStream(folder.resolve(file).toFile()), done -> told[0] = done);
    assertThat(told[0]).isEqualTo(shards.bytes());
    Checkpoint written = Checkpoint.open(folder);
    assertThat(written.tensors().keySet()).isEqualTo(source.tensors().keySet());
    assertThat(written.tensors().values())
        .allMatch(tensor -> tensor.type() == precision.stored())
        .allMatch(tensor -> tensor.offset() % 4 == 0);
    assertThat(Files.exists(folder.resolve("model.safetensors.index.json"))).isTrue();
    assertAnswers(name, written);
  }

  private static void assertAnswers(String name, Checkpoint checkpoint) throws IOException {
    JsonNode golden = Goldens.json("layouts/layouts.json");
    JsonNode expected = golden.get("cases").get(name);
    int[] ids = Goldens.ints(golden.get("ids"));
    int slot = Arrays.stream(ids).boxed().toList().indexOf(VOCABULARY);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        EncodedView image =
            model
                .vision()
                .encode(
                    List.of(new PreparedView(Goldens.floats(TENSORS, "pixels"), new byte[32])),
                    TowerDepth.FEATURES)
                .get(0);
        ReducedView all = image.all();
        ProjectedTokens visual = model.projector().project(all)) {
      ModelGoldenTest.assertClose(
          model.floats(visual.rows()), Goldens.floats(TENSORS, name + "/features"), name);
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(ids, slot + 1),
              slot,
              visual,
              List.of(Arrays.copyOfRange(ids, slot + 1, ids.length)),
              List.of(new GenerationLimits(12, 0)));
      float[] logits = model.logits(group);
      assertThat(logits).hasSize(384);
      ModelGoldenTest.assertClose(
          Arrays.copyOf(logits, VOCABULARY), Goldens.floats(TENSORS, name + "/logits"), name);
      Generation answer =
          new GreedyDecoding(
                  model.greedy(new StopTokens(checkpoint.generation().eosTokenIds())),
                  model.limits(1))
              .generate(List.of(group))
              .get(0)
              .get(0);
      int steps = GoldenModel.comparable(expected.get("margins"));
      assertThat(steps).isPositive();
      assertThat(Arrays.copyOf(answer.ids(), steps))
          .containsExactly(Arrays.copyOf(Goldens.ints(expected.get("greedy")), steps));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "patterns, FP32, float32",
    "patterns, BF16, bfloat16",
    "patterns, FP16, float16",
    "patterns, FP16, halves",
    "fan, FP32, float32",
    "fan, BF16, bfloat16",
    "fan, FP16, float16",
    "fan, FP16, halves",
  })
  void mergesAsPeftDoes(String adapter, Precision precision, String dtype) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folders("hf+" + adapter));
    Checkpoint base = Checkpoint.open(folders("hf"));
    String prefix = adapter + "/" + dtype + "/";
    int changed = 0;
    try (Torch torch = TorchRuntime.open();
        TensorLoader merged = new TensorLoader(torch, checkpoint, "cpu", precision);
        TensorLoader plain = new TensorLoader(torch, base, "cpu", precision)) {
      for (TensorEntry tensor : SafetensorsHeader.read(Goldens.path(TENSORS)).tensors()) {
        if (tensor.name().startsWith(prefix)) {
          String name = tensor.name().substring(prefix.length());
          float[] before = floats(torch, plain, name);
          float[] after = floats(torch, merged, name);
          float[] expected = floats(tensor.type(), Goldens.bytes(TENSORS, tensor.name()));
          assertThat(after).hasSameSizeAs(expected);
          // In fp32 alone it shows that other processors sum in another order.
          float largest = 0;
          for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
          }
          for (int i = 0; i < after.length; i++) {
            assertThat(Math.abs(after[i] - expected[i]))
                .as("%s [%d]", name, i)
                .isLessThanOrEqualTo(
                    ulp(precision == Precision.FP32 ? largest : expected[i], precision));
          }
          changed += Arrays.equals(before, after) ? 0 : 1;
        }
      }
    }
    assertThat(changed).isGreaterThanOrEqualTo(adapter.equals("fan") ? 2 : 6);
  }

  private static float[] floats(Torch torch, TensorLoader loader, String name) {
    try (Torch.Value stored = loader.load(name);
        Torch.Value host = torch.call("floats", stored)) {
      return host.toFloats(torch);
    }
  }

  private static float[] floats(TensorType type, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.length / type.bytes()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          switch (type) {
            case F32 -> buffer.getFloat();
            case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
            default -> half(buffer.getShort());
          };
    }
    return floats;
  }

  private static float half(int bits) {
    int exponent = bits >> 10 & 0x1F;
    int mantissa = bits & 0x3FF;
    float magnitude =
        exponent == 0
            ? mantissa * 0x1p-24f
            : (float) ((0x400 + mantissa) * Math.pow(2, exponent - 25));
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /** The distance to the next number of the type; of fp16 at least that of subnormal ones. */
  private static float ulp(float value, Precision precision) {
    return switch (precision) {
      case FP32 -> Math.ulp(value);
      case BF16 -> Math.ulp(value) * 0x1p16f;
      case FP16 -> Math.max(Math.ulp(value) * 0x1p13f, 0x1p-24f);
    };
  }

  @Test
  void theHashCoversEveryFolder() {
    List<String> hashes =
        Stream.of("hf", "hf+patterns", "hf+fan", "llava", "vicuna+lora", "llava+lora")
            .map(model -> Checkpoint.open(folders(model)).digest())
            .toList();
    assertThat(hashes).doesNotHaveDuplicates();
  }
}
