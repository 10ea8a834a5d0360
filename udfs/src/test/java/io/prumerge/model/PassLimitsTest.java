package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.SizeOfEachFrame;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LLaVA-1.5-7B in half precision, whose weights and context take 15 GB of a card. */
class PassLimitsTest {

  private static final long GB = 1_000_000_000;
  private static final long SLOT = 2L * 2 * 32 * 4096;
  private static final long ROW = 2L * (10 * 4096 + 3 * 11008);
  private static final long IMAGE = 2L * 577 * (10 * 1024 + 3 * 4096);

  @TempDir private static Path folder;

  /**
   * @param left bytes that nothing is planned for, in GB
   * @param answers of up to 1,024 tokens to short questions about whole images, at once
   */
  @ParameterizedTest
  @CsvSource({
    "24, 32, 7602, 2.15, 5",
    "40, 32, 16384, 3.12, 21",
    "80, 32, 16384, 8.12, 61",
    "141, 32, 16384, 15.75, 122",
  })
  void aGpusMemoryIsUsed(int card, int images, int rows, double left, int answers)
      throws IOException {
    long free = (card - 15) * GB;
    PassLimits limits = PassLimits.of(llava(""), Precision.FP16, free, false);
    assertThat(limits.images()).isEqualTo(images);
    assertThat(limits.rows()).isEqualTo(rows);
    long used = limits.images() * IMAGE + limits.rows() * ROW + limits.slots() * SLOT;
    assertThat((double) (free - used) / GB).isCloseTo(left, within(0.01));
    assertThat(limits.slots() / (611 + 36 + 1023)).isEqualTo(answers);
  }

  private static LlavaConfig llava(String more) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(
        file, "{\"model_type\":\"llava\",\"text_config\":{\"vocab_size\":32064}" + more + "}");
    return Families.config(JsonFile.read(file));
  }

  /** A square image has (side / 14)^2 + 1 positions: 577, 4,097 or 65 here. */
  @ParameterizedTest
  @CsvSource({"336, 14", "896, 1", "112, 32"})
  void onAProcessorTheTowerTakesAFewImages(int side, int images) throws IOException {
    LlavaConfig config =
        llava(
            ",\"vision_config\":{\"model_type\":\"clip_vision_model\",\"image_size\":"
                + side
                + ",\"patch_size\":14,\"intermediate_size\":4096}");
    assertThat(PassLimits.of(config, Precision.BF16, 64 * GB, true).images()).isEqualTo(images);
    assertThat(PassLimits.of(config, Precision.BF16, 64 * GB, false).images()).isEqualTo(32);
  }

  /** Views of squares count as they are, others by their patches, of which an image is 512. */
  @ParameterizedTest
  @CsvSource({"88, 88, 1", "96, 96, 2", "128, 256, 4", "640, 480, 38", "2048, 2048, 512"})
  void picturesOfAnySizeCountByTheirPatches(int width, int height, int count) {
    LlavaConfig any =
        Checkpoint.open(Goldens.path("qwen/qwen2_5_vl/tied"))
            .config()
            .within(new ImageBounds(64, 1 << 22, 0));
    ViewGrid picture = ViewGrid.whole(width, height); // 4 x 4 pixels a patch
    assertThat(PassLimits.images(any, ViewGrids.of(picture))).isEqualTo(count);
    ViewGrids two = new ViewGrids(List.of(picture, ViewGrid.whole(8, 8)));
    assertThat(PassLimits.images(any, two)).isEqualTo(count + 1);
    LlavaConfig square = Checkpoint.open(Goldens.path("checkpoints/mha")).config();
    assertThat(PassLimits.images(square, two)).isEqualTo(2);
  }

  /** A view of 24 x 24 patches is more than one image, of 8 x 8 an eighth of one. */
  @Test
  void aVideosPairsGoThroughTheTowerInPasses() {
    LlavaConfig any = Checkpoint.open(Goldens.path("qwen/qwen2_5_vl/tied")).config();
    LlavaConfig sized =
        any.withFrames(new SizeOfEachFrame(new NativeSize(8, 64, 1 << 22))); // 4 pixels a patch
    ViewGrid small = sized.video(32, 32, 19);
    assertThat(small.views()).isEqualTo(10);
    assertThat(PassLimits.images(sized, ViewGrids.of(small))).isEqualTo(2);
    assertThat(PassLimits.passes(sized, ViewGrids.of(small), 1))
        .containsExactly(new ViewSpan(0, 8), new ViewSpan(8, 2));
    ViewGrids mixed = new ViewGrids(List.of(small, ViewGrid.whole(8, 8), sized.video(96, 96, 4)));
    assertThat(PassLimits.passes(sized, mixed, 2))
        .containsExactly(new ViewSpan(0, 11), new ViewSpan(11, 1), new ViewSpan(12, 1));
    assertThat(PassLimits.passes(sized, mixed, 100)).containsExactly(new ViewSpan(0, 13));
    LlavaConfig square = Checkpoint.open(Goldens.path("video/odd")).config();
    assertThat(PassLimits.passes(square, ViewGrids.of(square.video(9, 9, 7)), 3))
        .containsExactly(new ViewSpan(0, 3), new ViewSpan(3, 3), new ViewSpan(6, 1));
  }

  /** The most pixels of a picture are no measure of a batch, but one of them has to fit. */
  @Test
  void aBatchOfPicturesOfAnySizeFollowsTheMemory() {
    LlavaConfig files = Checkpoint.open(Goldens.path("qwen/qwen2_5_vl/tied")).config();
    LlavaConfig large = files.within(new ImageBounds(64, 1 << 22, 0));
    long position = 2L * (10 * 16 + 3 * 20);
    assertThat(PassLimits.of(large, Precision.FP16, 8 * 512 * 3 * position, true).images())
        .isEqualTo(3);
    assertThat(PassLimits.of(large, Precision.FP16, GB, true).images()).isEqualTo(32);
    long slot = 2L * 2 * 2 * 16;
    long slots = PassLimits.of(files, Precision.FP16, GB, false).slots();
    long fewer = PassLimits.of(large, Precision.FP16, GB, false).slots();
    assertThat((slots - fewer) * slot)
        .isCloseTo((2048 / 4 * (2048 / 4) - 32 * 512) * position, within(slot));
  }
}
