package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.Goldens;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.SlowPreprocessor;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.TargetSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipPreprocessorTest {
  @TempDir Path folder;

  static List<String> settings() {
    return List.copyOf(Goldens.fields(Goldens.JSON.get("settings")).keySet());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void equalsTheSlowProcessorBitForBit(String setting) throws IOException, ImageException {
    Files.write(
        folder.resolve("preprocessor_config.json"),
        Goldens.JSON.get("settings").get(setting).toString().getBytes());
    PreprocessorConfig config = ImageFiles.llava(folder);
    ClipPreprocessor crop = new ClipPreprocessor(config, ImageAspect.CROP);
    ClipPreprocessor pad = new ClipPreprocessor(config, ImageAspect.PAD);
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> golden :
        Goldens.fields(Goldens.JSON.get("pixels").get(setting)).entrySet()) {
      RgbImage image = ImageDecoder.decode(Goldens.bytes(golden.getKey()), ImageLimits.DEFAULT);
      if (!Goldens.sha256(crop.views(image).get(0))
          .equals(golden.getValue().get("crop").asText())) {
        differing.add(golden.getKey() + " crop");
      }
      if (!Goldens.sha256(pad.views(image).get(0)).equals(golden.getValue().get("pad").asText())) {
        differing.add(golden.getKey() + " pad");
      }
    }
    assertThat(differing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSmallerImageIsPaddedWithTheSameColour(boolean white) throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_processor_type\": \"CLIPImageProcessor\"}");
    PreprocessorConfig config = ImageFiles.llava(folder);
    ClipPreprocessor whole =
        white
            ? ClipPreprocessor.onWhite(config, ImageAspect.PAD)
            : new ClipPreprocessor(config, ImageAspect.PAD);
    RgbImage line = new RgbImage(64, 2, new byte[3 * 64 * 2]);
    float[] small = whole.ofSize(56).orElseThrow().views(line).get(0);
    assertThat(small).hasSize(3 * 56 * 56);
    assertThat(small[0]).isEqualTo(whole.views(line).get(0)[0]);
  }

  @ParameterizedTest
  @EnumSource(Resample.class)
  void equalsTheObviousWayOnEverySize(Resample filter) {
    Random random = new Random(7);
    int[] sizes = {1, 2, 3, 4, 5, 7, 12, 31};
    for (int width : sizes) {
      for (int height : sizes) {
        for (int edge : new int[] {1, 2, 3, 8, 13}) {
          for (int crop : new int[] {1, 6, 9}) {
            byte[] rgb = new byte[3 * width * height];
            random.nextBytes(rgb);
            RgbImage image = new RgbImage(width, height, rgb);
            PreprocessorConfig config =
                config(
                    new TargetSize.ShortestEdge(edge),
                    filter,
                    new TargetSize.Exact(crop, crop + 1));
            for (ImageAspect aspect : List.of(ImageAspect.CROP, ImageAspect.PAD)) {
              assertThat(new ClipPreprocessor(config, aspect).window(image))
                  .as("%dx%d to %d, crop %d, %s", width, height, edge, crop, aspect)
                  .isEqualTo(SlowPreprocessor.window(image, config, aspect));
            }
          }
        }
      }
    }
  }

  @Test
  void anImageAThousandTimesWiderThanHighCostsOnlyItsCrop() {
    byte[] rgb = new byte[3 * 65_535];
    new Random(1).nextBytes(rgb);
    PreprocessorConfig config =
        config(new TargetSize.ShortestEdge(336), Resample.BICUBIC, new TargetSize.Exact(336, 336));
    // The whole result would be 22 million x 336 pixels, the padded square 65535 x 65535.
    float[] crop =
        new ClipPreprocessor(config, ImageAspect.CROP).views(new RgbImage(65_535, 1, rgb)).get(0);
    float[] pad =
        new ClipPreprocessor(config, ImageAspect.PAD).views(new RgbImage(1, 65_535, rgb)).get(0);
    assertThat(crop).hasSize(3 * 336 * 336);
    assertThat(pad).hasSize(3 * 336 * 336);
  }

  @Test
  void refusesAutoAndImagesOfDifferentSizes() {
    PreprocessorConfig noCrop =
        new PreprocessorConfig(
            Optional.of(new TargetSize.ShortestEdge(8)), Optional.empty(), false, ImageFiles.CLIP);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipPreprocessor(noCrop, ImageAspect.AUTO))
        .withMessageContaining("auto");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipPreprocessor(noCrop, ImageAspect.CROP))
        .withMessageContaining("do_center_crop");
    assertThat(new ClipPreprocessor(noCrop, ImageAspect.PAD).height()).isEqualTo(8);
  }

  private static PreprocessorConfig config(
      TargetSize resize, Resample filter, TargetSize.Exact crop) {
    return new PreprocessorConfig(
        Optional.of(resize),
        Optional.of(crop),
        false,
        new PixelSteps(filter, ImageFiles.CLIP.mean(), ImageFiles.CLIP.std()));
  }

  /** MMTok's own function (notebooks/goldens). */
  @Test
  void paddedPatchesAreThoseThatMmTokLeavesOut() throws IOException {
    int compared = 0;
    for (JsonNode golden : io.prumerge.Goldens.json("questions/questions.json").get("padding")) {
      JsonNode size = golden.get("size");
      int[] expected =
          StreamSupport.stream(golden.get("ranges").spliterator(), false)
              .flatMapToInt(range -> IntStream.range(range.get(0).asInt(), range.get(1).asInt()))
              .toArray();
      assertThat(
              ClipPreprocessor.paddedPatches(
                  size.get(0).asInt(),
                  size.get(1).asInt(),
                  size.get(2).asInt(),
                  size.get(3).asInt()))
          .as(size.toString())
          .containsExactly(expected);
      compared++;
    }
    assertThat(compared).isGreaterThan(5);
  }

  @Test
  void aSquareHasNoPaddedPatches() {
    assertThat(ClipPreprocessor.paddedPatches(500, 500, 336, 14)).isEmpty();
    assertThat(ClipPreprocessor.paddedPatches(1, 1, 14, 14)).isEmpty();
  }
}
