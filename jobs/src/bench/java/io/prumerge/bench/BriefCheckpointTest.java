package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.model.RandomCheckpoint;
import io.prumerge.model.RandomShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BriefCheckpointTest {

  private static final Path SMALL =
      Path.of(System.getProperty("project.root")).resolve("conf/mini-llava");

  @TempDir Path work;

  @Test
  void itIsThereUntilItIsClosedWithoutWhatWasLeftBefore() throws Exception {
    RandomShape shape = RandomShape.tiny().withTextLayers(3);
    Path folder = work.resolve("brief");
    Path left = Files.createDirectories(folder.resolve("openvino.part")).resolve("weights.bin");
    Files.writeString(left, "half");
    try (BriefCheckpoint brief = BriefCheckpoint.write(folder, SMALL, shape)) {
      assertThat(left.getParent()).doesNotExist();
      Checkpoint written = Checkpoint.open(brief.folder());
      long elements = written.tensors().values().stream().mapToLong(TensorEntry::elements).sum();
      assertThat(RandomCheckpoint.bytes(shape)).isEqualTo(2 * elements);
      assertThat(written.tensors().keySet())
          .contains("language_model.model.layers.2.input_layernorm.weight")
          .noneMatch(name -> name.contains("layers.3."));
    }
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void whatDoesNotFitIsSaidInBytesAndLeavesNothing() {
    Path folder = work.resolve("brief");
    RandomShape huge = new RandomShape(32, 2, 2, 56, 1_000_000, 1_000_000, 32, 2, 832); // 448 TB
    assertThatThrownBy(() -> BriefCheckpoint.write(folder, SMALL, huge))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot write the checkpoint random-32x2-1000000x32 (")
        .hasMessageContaining(RandomCheckpoint.bytes(huge) + " bytes) to " + folder)
        .hasMessageMatching(".*: \\d+ bytes are free\\. Make room, or name another --work");
    assertThat(work).isEmptyDirectory();
  }

  // Parameters of llava-1.5-7b-hf; its vocabulary is padded to 64 words more.
  @Test
  void allLayersAreAsManyBytesAsThePublishedCheckpoint() {
    long padding = 2L * 64 * 4096;
    assertThat(RandomCheckpoint.bytes(RandomShape.wide(RandomShape.LAYERS_OF_7B)))
        .isEqualTo(2 * (7_063_427_072L - padding));
  }
}
