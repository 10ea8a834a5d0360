package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.Area;
import io.prumerge.image.Goldens;
import io.prumerge.image.MadePicture;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.LongestEdgeTiling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitProcessorTest {

  /** Their bits are levels of 0 and 1 there, of 0 and 255 here. */
  private static final Set<String> BITS = Set.of("bits-1.png", "bits.bmp", "interlaced-gray-1.png");

  /** Files of which the reference sees something else. */
  private static boolean differs(String name) {
    return BITS.contains(name)
        || name.startsWith("cmyk") // as four channels
        || name.startsWith("ycck")
        || name.contains("alpha.webp"); // with alpha
  }

  private static PixelSteps steps() {
    return ImageFiles.smol(io.prumerge.Goldens.path("smol/first"));
  }

  @ParameterizedTest
  @CsvSource({"32, 128, true", "31, 100, true", "40, 90, false"})
  void equalsTheSlowProcessorBitForBit(int side, int longest, boolean splits)
      throws IOException, ImageException {
    JsonNode pixels =
        io.prumerge.Goldens.json("smol/smol.json")
            .get("pixels")
            .get(side + "/" + longest + "/" + splits);
    assertThat(pixels.size()).isGreaterThan(60);
    SplitProcessor processor =
        new SplitProcessor(steps(), new LongestEdgeTiling(side, longest, splits));
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> golden : Goldens.fields(pixels).entrySet()) {
      if (differs(golden.getKey())) {
        continue;
      }
      RgbImage image = MadePicture.named(golden.getKey());
      List<String> views = new ArrayList<>();
      processor.views(image).forEach(view -> views.add(Goldens.sha256(view)));
      views.add(views.remove(0)); // the whole image comes first here, and last there
      List<String> expected = new ArrayList<>();
      golden.getValue().forEach(value -> expected.add(value.asText()));
      ViewGrid grid = processor.grid(image.width(), image.height());
      assertThat(expected.subList(0, 2))
          .as(golden.getKey())
          .containsExactly("" + grid.rows(), "" + grid.cols());
      assertThat(grid.views()).isEqualTo(views.size());
      assertThat(processor.seen(image.width(), image.height())).hasSameSizeAs(views);
      if (!views.equals(expected.subList(2, expected.size()))) {
        differing.add(golden.getKey());
      }
    }
    assertThat(differing).isEmpty();
  }

  @Test
  void aTileShowsItsPartOfThePicture() throws IOException {
    SplitProcessor processor = new SplitProcessor(steps(), new LongestEdgeTiling(32, 64, true));
    List<Area> seen = processor.seen(200, 100);
    assertThat(seen).hasSize(3);
    assertThat(seen.get(2).left()).isCloseTo(100, within(1e-9));
    assertThat(seen.get(2).width()).isCloseTo(100, within(1e-9));
    assertThat(seen.get(2).height()).isCloseTo(100, within(1e-9));
  }

  @Test
  void smallerViewsHaveTheSameGrid() throws IOException, ImageException {
    SplitProcessor processor = new SplitProcessor(steps(), new LongestEdgeTiling(32, 64, true));
    RgbImage image = MadePicture.named("300x200");
    ImageProcessor smaller = processor.ofSize(8).orElseThrow();
    assertThat(smaller.views(image))
        .hasSameSizeAs(processor.views(image))
        .allSatisfy(view -> assertThat(view).hasSize(3 * 8 * 8));
  }
}
