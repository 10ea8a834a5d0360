package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.config.TextConfig;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.Processor;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed weights give what the checkpoint's own give, but for roundings in bf16. */
@Tag("model")
class PackedWeightsTest {

  private static final int NEW_TOKENS = 12;
  private static final int MOST_ROWS = 128;

  private static PromptGroup question(int length, int seed) {
    int[] words = new Random(seed).ints(length, 6, 60).toArray();
    return new PromptGroup(
        new int[] {1, 20},
        -1,
        null,
        List.of(),
        List.of(words),
        List.of(new GenerationLimits(NEW_TOKENS, 0)));
  }

  // One row a step, a few, and prompts on both sides of the bound.
  private static List<PromptGroup> questions() {
    return IntStream.of(1, 2, 31, 90, MOST_ROWS - 2, MOST_ROWS - 1, 140)
        .mapToObj(length -> question(length, length))
        .toList();
  }

  private static List<int[]> ids(LlavaModel model, List<PromptGroup> groups) {
    PassLimits limits = new PassLimits(1, 4096, 8192);
    return new GreedyDecoding(model.greedy(new StopTokens(List.of())), limits)
        .generate(groups).stream().map(group -> group.get(0)).map(Generation::ids).toList();
  }

  private static LlavaModel load(Path folder, Precision precision, CachePlan plan) {
    return LlavaModel.load(Checkpoint.open(folder), Device.cpu(), precision, plan);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoints/gqa", "checkpoints/bf16", "opt/llava", "qwen/qwen2_5_vl/untied"})
  void answersAndLogitsAreTheSame(String name) {
    Path folder = Goldens.path(name);
    try (LlavaModel plain = load(folder, Precision.FP32, CachePlan.GROUPS);
        LlavaModel packed = load(folder, Precision.FP32, CachePlan.GROUPS_PACKED)) {
      for (PromptGroup question : questions()) {
        assertThat(packed.logits(question)).containsExactly(plain.logits(question), within(1e-4f));
        assertThat(ids(packed, List.of(question)))
            .containsExactlyElementsOf(ids(plain, List.of(question)));
      }
      assertThat(ids(packed, questions())).containsExactlyElementsOf(ids(plain, questions()));
    }
    assertThat(OpenValues.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "opt/llava", "qwen/qwen2_vl/tied"})
  void inBf16TheyDifferByRoundingOnly(String name) {
    assumeThat(Processor.ofHost().multipliesBf16()).isTrue();
    Path folder = Goldens.path(name);
    try (LlavaModel plain = load(folder, Precision.BF16, CachePlan.GROUPS);
        LlavaModel packed = load(folder, Precision.BF16, CachePlan.GROUPS_PACKED)) {
      for (PromptGroup question : questions()) {
        float[] expected = plain.logits(question);
        float[] found = packed.logits(question);
        for (int i = 0; i < expected.length; i++) {
          assertThat(found[i]).isEqualTo(expected[i], within(0.02f * (1 + Math.abs(expected[i]))));
        }
      }
    }
  }

  /** Who trains asks no question, and has no copy. */
  @Test
  void theFirstPassMakesTheCopyOfLayersAndHead() {
    try (LlavaModel model =
        load(Goldens.path("checkpoints/gqa"), Precision.FP32, CachePlan.GROUPS_PACKED)) {
      long loaded = Torch.openValues();
      model.logits(question(1, 1));
      assertThat(Torch.openValues() - loaded)
          .as("layers, head, and keys of the text that prompts begin with")
          .isEqualTo(3);
      model.logits(question(2, 1));
      assertThat(Torch.openValues() - loaded).isEqualTo(3);
    }
    assertThat(OpenValues.count()).isZero();
  }

  /** A packed copy that says something else shows which rows read it. */
  @Test
  void aPassOfFewRowsReadsThePackedCopyAndAWiderOneDoesNot(@TempDir Path folder)
      throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    for (String name : List.of("model.layers.1.mlp.down_proj.weight", "lm_head.weight")) {
      TensorEntry entry = Checkpoint.open(folder).tensor("language_model." + name);
      try (FileChannel file = FileChannel.open(entry.file(), StandardOpenOption.WRITE)) {
        ByteBuffer nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        file.write(nan.putFloat(Float.NaN).flip(), entry.offset());
      }
    }
    Checkpoint other = Checkpoint.open(folder);
    try (LlavaModel model =
            load(Goldens.path("checkpoints/mha"), Precision.FP32, CachePlan.GROUPS);
        TensorLoader loader =
            new TensorLoader(model.decoder().torch(), other, "cpu", Precision.FP32)) {
      DecoderWeights weights = other.config().decoder();
      Torch.Value layers =
          loader.structs(IntStream.range(0, weights.layers()).mapToObj(weights::layer).toList());
      Torch.Value packed = loader.made("llama_pack", layers, 1);
      Torch.Value head = loader.made("llama_packed_head", loader.struct(weights.ends()), 1);
      for (int rows : new int[] {1, 7, MOST_ROWS, MOST_ROWS + 1}) {
        assertThat(finite(span(model.decoder(), packed, rows)))
            .as("%d rows in the layers", rows)
            .isEqualTo(rows > MOST_ROWS);
        assertThat(finite(head(model.decoder(), head, rows)))
            .as("%d rows at the head", rows)
            .isEqualTo(rows > MOST_ROWS);
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static boolean finite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }

  private static float[] span(DecoderParts parts, Torch.Value packed, int rows) {
    Torch torch = parts.torch();
    TextConfig text = parts.text();
    int width = text.heads().width();
    List<int[]> numbers = List.of(IntStream.range(0, rows).toArray(), new int[0], new int[0]);
    try (Torch.Value x = states(parts, rows);
        Torch.Value lists = torch.indices(numbers, parts.like());
        Torch.Value cache =
            torch.call("cache", text.layers(), text.heads().keys(), rows, width, parts.like());
        Torch.Value y =
            new KernelCall(torch, "llama_span")
                .with("frequencies", parts.rope().orElseThrow().ordinary())
                .with("scale", 1.)
                .with("x", x)
                .with("lists", lists)
                .with("at", 0)
                .with("layers", parts.layers())
                .with("packed_layers", packed)
                .with("caches", List.of(cache))
                .with("first", new int[] {0})
                .with("rows", new int[] {rows})
                .with("past", new int[] {0})
                .with("lengths", List.of(new int[0]))
                .with("outputs", -1)
                .with("begin", 0)
                .with("end", text.layers())
                .withAny(LayerDimensions.of(text))
                .run()) {
      return floats(torch, y);
    }
  }

  private static float[] head(DecoderParts parts, Torch.Value packed, int rows) {
    Torch torch = parts.torch();
    try (Torch.Value x = states(parts, rows);
        Torch.Value y = torch.call("llama_head", x, parts.ends(), packed, parts.text().normEps())) {
      return floats(torch, y);
    }
  }

  private static Torch.Value states(DecoderParts parts, int rows) {
    int width = parts.text().hiddenSize();
    float[] x = new float[rows * width];
    Random random = new Random(rows);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return parts.torch().tensor(x, rows, width);
  }

  private static float[] floats(Torch torch, Torch.Value y) {
    List<float[]> found = new ArrayList<>(torch.floats(List.of(y)));
    return found.get(0);
  }
}
