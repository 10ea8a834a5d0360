package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileProcessorTest {

  private static final Tiling GRIDS = tiling(28, "28x56 56x28 56x56 84x28 28x84");

  private static Tiling tiling(int side, String resolutions) {
    List<Resolution> all = new ArrayList<>();
    for (String one : resolutions.split(" ")) {
      String[] size = one.split("x");
      all.add(new Resolution(Integer.parseInt(size[0]), Integer.parseInt(size[1])));
    }
    return new BestFitTiling(all, side);
  }

  /** LLaVA-NeXT's grids, and LLaVA-OneVision's of 1 to 6 tiles in either direction. */
  private static Tiling grids(String family) {
    return family.equals("next")
        ? GRIDS
        : new BestFitTiling(
            IntStream.range(0, 36)
                .mapToObj(grid -> new Resolution(31 * (grid / 6 + 1), 31 * (grid % 6 + 1)))
                .toList(),
            31);
  }

  @ParameterizedTest
  @CsvSource({"families, next", "onevision, tied"})
  void equalsTheSlowProcessorBitForBit(String goldens, String family)
      throws IOException, ImageException {
    Path folder = io.prumerge.Goldens.path(goldens + "/" + family);
    TileProcessor processor = new TileProcessor(ImageFiles.llava(folder), grids(family));
    JsonNode pixels = io.prumerge.Goldens.json(goldens + "/" + goldens + ".json").get("pixels");
    assertThat(pixels.size()).isGreaterThan(50);
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> golden : Goldens.fields(pixels).entrySet()) {
      if (golden.getKey().startsWith("cmyk") || golden.getKey().startsWith("ycck")) {
        continue; // decoded within 3 levels; ImageDecoderTest
      }
      RgbImage image = ImageDecoder.decode(Goldens.bytes(golden.getKey()), ImageLimits.DEFAULT);
      List<String> views = new ArrayList<>();
      processor.views(image).forEach(view -> views.add(Goldens.sha256(view)));
      List<String> expected = new ArrayList<>();
      golden.getValue().forEach(view -> expected.add(view.asText()));
      if (!views.equals(expected)) {
        differing.add(golden.getKey());
      }
      assertThat(processor.grid(image.width(), image.height()).views()).isEqualTo(views.size());
    }
    assertThat(differing).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 2", // all are equally good: the first
    "336, 336, 1, 2",
    "336, 672, 2, 1",
    "1000, 333, 1, 3",
    "999, 333, 1, 3",
    "10000, 1, 1, 2", // nothing of it is left in any
    "1, 10000, 1, 2",
    "640, 480, 2, 2",
  })
  void takesTheGridThatShowsMost(int width, int height, int rows, int cols) {
    Tiling tiling = tiling(336, "336x672 672x336 672x672 1008x336 336x1008");
    assertThat(tiling.grid(width, height)).isEqualTo(new ViewGrid(width, height, rows, cols));
  }

  /** InternVL's: every picture, at 1 to 12 tiles of 32 pixels. */
  @Test
  void stretchesAsTheSlowProcessorBitForBit() throws IOException, ImageException {
    JsonNode pixels = io.prumerge.Goldens.json("intern/intern.json").get("pixels");
    assertThat(pixels.size()).isGreaterThan(60);
    PreprocessorConfig config = ImageFiles.intern(io.prumerge.Goldens.path("intern/large"));
    TileProcessor processor = new TileProcessor(config, new NearestAspectTiling(32, 1, 12));
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> golden : Goldens.fields(pixels).entrySet()) {
      if (golden.getKey().startsWith("cmyk") || golden.getKey().startsWith("ycck")) {
        continue; // decoded within 3 levels; ImageDecoderTest
      }
      RgbImage image = MadePicture.named(golden.getKey());
      List<String> views = new ArrayList<>();
      processor.views(image).forEach(view -> views.add(Goldens.sha256(view)));
      // The whole image comes first here, and last there.
      List<String> expected = new ArrayList<>();
      golden.getValue().forEach(view -> expected.add(view.asText()));
      expected.add(0, expected.remove(expected.size() - 1));
      if (!views.equals(expected)) {
        differing.add(golden.getKey());
      }
      assertThat(processor.grid(image.width(), image.height()).views()).isEqualTo(views.size());
      assertThat(processor.seen(image.width(), image.height())).hasSameSizeAs(views);
    }
    assertThat(differing).isEmpty();
  }

  @Test
  void takesTheGridOfTheNearestAspect() throws IOException {
    JsonNode sizes = io.prumerge.Goldens.json("intern/intern.json").get("sizes");
    assertThat(sizes.size()).isGreaterThan(1000);
    for (JsonNode row : sizes) {
      int height = row.get(0).asInt();
      int width = row.get(1).asInt();
      int cols = row.get(4).asInt();
      int rows = row.get(5).asInt();
      Tiling tiling = new NearestAspectTiling(448, row.get(2).asInt(), row.get(3).asInt());
      ViewGrid expected =
          rows * cols == 1
              ? ViewGrid.whole(width, height)
              : new ViewGrid(width, height, rows, cols);
      assertThat(tiling.grid(width, height)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 12, 13", "1, 1, 1", "3, 4, 5"})
  void countsViewsWithTheWholeImage(int least, int most, int views) {
    assertThat(new NearestAspectTiling(448, least, most).mostViews()).isEqualTo(views);
  }

  @ParameterizedTest
  @CsvSource({"0, 12", "5, 4", "1, 101"})
  void refusesNumbersOfTilesThatAreNone(int least, int most) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NearestAspectTiling(448, least, most))
        .withMessageContaining("mend min_patches and max_patches");
  }

  @ParameterizedTest
  @CsvSource({
    "28x29, no grid",
    "0x28, no grid",
    "28x-28, no grid",
    "2828x28, no grid",
  })
  void refusesOtherGrids(String resolution, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiling(28, resolution))
        .withMessageContaining(problem);
  }

  @Test
  void refusesToCropTiles() {
    PreprocessorConfig config = ImageFiles.llava(io.prumerge.Goldens.path("families/next"));
    Tiling larger = tiling(56, "56x112");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TileProcessor(config, larger))
        .withMessageStartingWith("Tiles of 56 pixels need size 56");
  }
}
