package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.Goldens;
import io.prumerge.image.MadePicture;
import io.prumerge.image.Resolution;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.NearestAspectTiling;
import io.prumerge.image.size.Tiling;
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

  private static final Tiling GRIDS =
      new BestFitTiling(
          List.of(
              new Resolution(28, 56),
              new Resolution(56, 28),
              new Resolution(56, 56),
              new Resolution(84, 28),
              new Resolution(28, 84)),
          28);

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
  void refusesToCropTiles() {
    PreprocessorConfig config = ImageFiles.llava(io.prumerge.Goldens.path("families/next"));
    Tiling larger = new BestFitTiling(List.of(new Resolution(56, 112)), 56);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TileProcessor(config, larger))
        .withMessageStartingWith("Tiles of 56 pixels need size 56");
  }
}
