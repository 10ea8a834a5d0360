package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.Goldens;
import io.prumerge.image.MadePicture;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PictureLimit.Share;
import io.prumerge.image.PictureLimit.Tiles;
import io.prumerge.image.PictureLimit.Tokens;
import io.prumerge.image.Resolution;
import io.prumerge.image.TokenShare;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.LongestEdgeTiling;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.NearestAspectTiling;
import io.prumerge.image.size.Tiling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures within limits against transformers' slow processors with other bounds. */
class PictureLimitTest {

  private static final NativeSize PUBLISHED = new NativeSize(28, 3136, 12_845_056);

  @TempDir Path folder;

  private static JsonNode goldens(String kind) throws IOException {
    return io.prumerge.Goldens.json("resize/resize.json").get(kind);
  }

  private static PictureLimit limit(String text) {
    return TokenShare.isShare(text)
        ? new Share(TokenShare.parse(text).orElseThrow())
        : new Tokens(Integer.parseInt(text));
  }

  @ParameterizedTest
  @CsvSource({"14, 3136, 12845056", "16, 65536, 16777216"})
  void equalsTheSlowProcessorWithThoseBounds(int patch, int least, int most)
      throws IOException, ImageException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        String.format(
            "{\"image_processor_type\": \"Qwen2VLImageProcessor\", \"patch_size\": %d,"
                + " \"min_pixels\": %d, \"max_pixels\": %d}",
            patch, least, most));
    NativeProcessor processor = ImageFiles.qwen(folder);
    int seen = 0;
    for (Map.Entry<String, JsonNode> picture :
        Goldens.fields(goldens("own").get(Integer.toString(patch))).entrySet()) {
      RgbImage image = MadePicture.named(picture.getKey());
      for (String limit : List.of("4", "64", "100", "256", "10%", "33.3%", "50%")) {
        JsonNode golden = picture.getValue().get(limit);
        ImageProcessor limited = processor.within(limit(limit));
        if (golden == null || golden.get("sha256").isNull()) {
          assertThatIllegalArgumentException()
              .as("%s at %s", picture.getKey(), limit)
              .isThrownBy(() -> limited.grid(image.width(), image.height()))
              .withMessageStartingWith(
                  "Cannot make a picture of %d x %d pixels smaller to ",
                  image.width(), image.height());
          continue;
        }
        Resolution size = limited.size(image.width(), image.height());
        assertThat(List.of(size.height() / patch, size.width() / patch))
            .as("%s at %s", picture.getKey(), limit)
            .containsExactly(golden.get("grid").get(0).asInt(), golden.get("grid").get(1).asInt());
        float[] rows =
            NativeProcessorTest.patches(
                limited.views(image).get(0), size.height(), size.width(), patch);
        assertThat(Goldens.sha256(rows)).isEqualTo(golden.get("sha256").asText());
        NativeSize bounds = new NativeSize(2 * patch, least, most);
        ViewGrid grid = limited.grid(image.width(), image.height());
        assertThat(bounds.grid(grid))
            .isEqualTo(new PatchGrid(size.height() / (2 * patch), size.width() / (2 * patch)));
        assertThat(bounds.within(limit(limit), grid)).as("within already").isEqualTo(grid);
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(30);
  }

  /** beta = sqrt(600000 / 200704) = 1.7290: 336 x 560 pixels. */
  @Test
  void followsTheRuleOfSmartResize() {
    ViewGrid picture = ViewGrid.whole(1000, 600);
    ViewGrid limited = PUBLISHED.within(new Tokens(256), picture);
    assertThat(PUBLISHED.grid(limited)).isEqualTo(new PatchGrid(12, 20));
    assertThat(PUBLISHED.grid(picture)).isEqualTo(new PatchGrid(21, 36));
    ViewGrid all = PUBLISHED.within(new Tokens(Integer.MAX_VALUE), picture);
    assertThat(PUBLISHED.grid(all)).as("within already").isEqualTo(new PatchGrid(21, 36));
    ViewGrid half = PUBLISHED.within(limit("50%"), picture); // of 756: 378
    assertThat(PUBLISHED.grid(half)).isEqualTo(new PatchGrid(15, 25));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 600, 3, 'smaller to 3 tokens, which are 2352 pixels: the least are 3136; give 4 tokens'",
    "1000, 600, 0.1%, 'smaller to 1 tokens, which are 784 pixels'",
    "4000, 20, 4, 'its sides become multiples of 28 pixels, and 28 tokens are left'",
    "20, 30, 5, 'and 6 tokens are left'",
  })
  void refusesWhatHasNoPictureSoSmall(int width, int height, String limit, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PUBLISHED.within(limit(limit), ViewGrid.whole(width, height)))
        .withMessageContaining(why);
  }

  @Test
  void squaresAndTilesAreNoLimitsOfTheirOwnSize() {
    NativeSize square = new NativeSize(28, 112 * 112, 112 * 112, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> square.within(new Tokens(4), ViewGrid.whole(50, 60)))
        .withMessage(
            "Cannot make a picture smaller before the tower: all become squares of 16 tokens;"
                + " leave square out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PUBLISHED.within(new Tiles(4), ViewGrid.whole(50, 60)))
        .withMessageContaining("give tokens=N or tokens=P%");
  }

  private static Tiling tiling(String family) {
    return switch (family) {
      case "intern" -> new NearestAspectTiling(32, 1, 12);
      case "next" ->
          new BestFitTiling(
              List.of(
                  new Resolution(28, 56),
                  new Resolution(56, 28),
                  new Resolution(56, 56),
                  new Resolution(84, 28),
                  new Resolution(28, 84)),
              28);
      default ->
          new BestFitTiling(
              IntStream.range(0, 36)
                  .mapToObj(grid -> new Resolution(31 * (grid / 6 + 1), 31 * (grid % 6 + 1)))
                  .toList(),
              31);
    };
  }

  @ParameterizedTest
  @CsvSource({"intern, intern/large", "next, families/next", "onevision, onevision/tied"})
  void equalsTheSlowProcessorWithFewerTiles(String family, String files)
      throws IOException, ImageException {
    TileProcessor processor =
        new TileProcessor(
            family.equals("intern")
                ? ImageFiles.intern(io.prumerge.Goldens.path(files))
                : ImageFiles.llava(io.prumerge.Goldens.path(files)),
            tiling(family));
    int seen = 0;
    for (Map.Entry<String, JsonNode> most :
        Goldens.fields(goldens("tiles").get(family)).entrySet()) {
      int tiles = Integer.parseInt(most.getKey());
      ImageProcessor limited = processor.within(new Tiles(tiles));
      for (Map.Entry<String, JsonNode> golden : Goldens.fields(most.getValue()).entrySet()) {
        RgbImage image = MadePicture.named(golden.getKey());
        List<String> views = new ArrayList<>();
        limited.views(image).forEach(view -> views.add(Goldens.sha256(view)));
        List<String> expected = new ArrayList<>();
        golden.getValue().forEach(view -> expected.add(view.asText()));
        if (family.equals("intern")) { // the whole image comes last there
          expected.add(0, expected.remove(expected.size() - 1));
        }
        assertThat(views).as("%s at %d", golden.getKey(), tiles).isEqualTo(expected);
        ViewGrid grid = limited.grid(image.width(), image.height());
        assertThat(grid.views()).isEqualTo(views.size());
        assertThat(grid.tiles()).isLessThanOrEqualTo(tiles);
        assertThat(limited.seen(image.width(), image.height())).hasSameSizeAs(views);
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 99})
  void allGridsOfSoManyTilesAreLeft(int most) {
    assertThat(tiling("intern").within(new Tiles(most)))
        .isEqualTo(new NearestAspectTiling(32, 1, Math.min(most, 12)));
  }

  @Test
  void refusesTilesThatAModelHasNot() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiling("next").within(new Tiles(1)))
        .withMessage(
            "Cannot see pictures in 1 tiles: the model's least grid has 2; give 2 tiles or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiling("next").within(new Tokens(64)))
        .withMessageContaining("give tiles=N");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LongestEdgeTiling(64, 256, true).within(new Tiles(4)))
        .withMessageContaining("size.longest_edge");
  }

  @ParameterizedTest
  @CsvSource({"33.3%, 300, 100", "0.5%, 64, 1", "2.5%, 100, 2", "3.5%, 100, 4", "100.0%, 7, 7"})
  void sharesAreRoundedHalfToEven(String share, int all, int tokens) {
    assertThat(TokenShare.parse(share).orElseThrow().of(all)).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0%", "101%", "%", "-5%", "1.1234567%", "a%"})
  void refusesOtherShares(String share) {
    assertThat(TokenShare.parse(share)).isEmpty();
  }
}
