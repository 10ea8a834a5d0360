package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaCriteria;
import io.prumerge.zoo.LlavaInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("model")
class GreedyDecodingTest {

  private static final int NEW_TOKENS = 6;

  @Test
  void idsThatNeverComeMayBeNamedAsEnds() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      int[] free = generate(golden.model, List.of(), 0);
      assertThat(free).hasSize(NEW_TOKENS);
      assertThat(generate(golden.model, List.of(), 3)).isEqualTo(free);
      assertThat(generate(golden.model, List.of(688, 32_007, -1), 3)).isEqualTo(free);
    }
  }

  @Test
  void anEndThatWouldComeTooEarlyGivesWay() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      int end = generate(golden.model, List.of(), 0)[0];
      assertThat(generate(golden.model, List.of(end), 0)).containsExactly(end);
      assertThat(generate(golden.model, List.of(99_999, end), 2))
          .hasSizeGreaterThanOrEqualTo(3)
          .startsWith(generate(golden.model, List.of(end), 1)[0])
          .satisfies(ids -> assertThat(List.of(ids[0], ids[1])).doesNotContain(end));
    }
  }

  private static int[] generate(LlavaModel model, List<Integer> ends, int atLeast) {
    PromptGroup group =
        new PromptGroup(
            new int[0],
            -1,
            null,
            List.of(new int[] {1, 300, 301, 302}),
            List.of(new GenerationLimits(NEW_TOKENS, atLeast)));
    return new GreedyDecoding(model.greedy(new StopTokens(ends)), model.limits(1))
        .generate(List.of(group))
        .get(0)
        .get(0)
        .ids();
  }

  @Test
  void logitsThatAreNotFiniteAreNoAnswer(@TempDir Path folder) throws Exception {
    Goldens.copyCheckpoint("mha", folder);
    TensorEntry head = Checkpoint.open(folder).tensor("language_model.lm_head.weight");
    try (FileChannel file = FileChannel.open(head.file(), StandardOpenOption.WRITE)) {
      file.write(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN).flip(),
          head.offset());
    }
    LlavaCriteria criteria =
        new LlavaCriteria(
            ModelFolders.of(folder), Map.of("imageAspect", "crop", "conversation", "vicuna_v1"));
    try (ZooModel<LlavaInput, String> model = criteria.on(Device.cpu()).loadModel();
        Predictor<LlavaInput, String> predictor = model.newPredictor()) {
      assertThatThrownBy(() -> predictor.predict(new LlavaInput(null, "What is red?")))
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasStackTraceContaining("not finite");
    }
  }
}
