package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("model")
class DeviceMemoryTest {

  private static final long GB = 1_000_000_000;

  /** Weights that are joined on a GPU leave their own memory to the allocator. */
  @Test
  void loadingEmptiesTheAllocatorsCacheBeforeThePoolIsSized() {
    long before = Torch.releases();
    try (LlavaModel model =
        LlavaModel.load(
            Checkpoint.open(Goldens.path("checkpoints/mha")), Device.cpu(), Precision.FP32)) {
      assertThat(Torch.releases()).isEqualTo(before + 1);
      assertThat(model.limits(1).slots()).isPositive();
    }
    assertThat(Torch.releases()).as("closing empties it too").isEqualTo(before + 2);
  }

  @Test
  void theCacheIsEmptyWhenTheDeviceIsAsked() {
    TorchRuntime.engine();
    long before = Torch.releases();
    assertThat(DeviceMemory.of(Device.cpu()).free()).isPositive();
    assertThat(Torch.releases()).isEqualTo(before + 1);
  }

  /**
   * @param before free before loading, GB
   * @param after free after closing, GB
   */
  @ParameterizedTest
  @CsvSource({"79, 79, false", "79, 40, false", "79, 39, true", "79, 7, true", "1, 1, false"})
  void aClosedModelsMemoryThatDidNotComeBackIsSaid(long before, long after, boolean said) {
    DeviceMemory memory = new DeviceMemory(Device.gpu(0), OptionalLong.of(before * GB));
    assertThat(memory.missing("MODEL", OptionalLong.of(after * GB)).isPresent()).isEqualTo(said);
  }

  @Test
  void theWarningHasTheModelTheNumbersAndWhatToDo() {
    DeviceMemory memory = new DeviceMemory(Device.gpu(1), OptionalLong.of(79 * GB));
    assertThat(memory.missing("MODEL", OptionalLong.of(7 * GB)).orElseThrow())
        .startsWith("Closed MODEL, but only 7.0 GB are free on gpu(1) where 79.0 GB were before")
        .contains("flavour cpu", "-DUSE_CUDA", "one model in a process");
  }

  @Test
  void nothingIsSaidOfAProcessorOrADriverThatDoesNotSay() {
    DeviceMemory processor = DeviceMemory.of(Device.cpu());
    assertThat(processor.before()).isEmpty();
    assertThat(processor.missing("MODEL", OptionalLong.of(1))).isEmpty();
    assertThat(
            new DeviceMemory(Device.gpu(0), OptionalLong.of(GB))
                .missing("MODEL", OptionalLong.empty()))
        .isEmpty();
  }

  @Test
  void weightsForAGpuAreReadFileByFile() {
    List<TensorEntry> ordered =
        ReadAhead.inFileOrder(Checkpoint.open(Goldens.path("checkpoints/mha")).tensors().values());
    assertThat(ordered).hasSizeGreaterThan(1);
    long end = 0;
    Path file = ordered.get(0).file();
    for (TensorEntry entry : ordered) {
      assertThat(entry.offset()).isGreaterThanOrEqualTo(file.equals(entry.file()) ? end : 0);
      assertThat(entry.file()).isGreaterThanOrEqualTo(file);
      end = entry.offset() + entry.bytes();
      file = entry.file();
    }
  }
}
