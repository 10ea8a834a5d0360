package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.family.ImageFiles;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.size.TargetSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorFileTest {
  @TempDir Path folder;

  private PreprocessorConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), json);
    return ImageFiles.llava(folder);
  }

  @Test
  void everyDefault() throws IOException {
    PreprocessorConfig clip =
        new PreprocessorConfig(
            Optional.of(new TargetSize.ShortestEdge(224)),
            Optional.of(new TargetSize.Exact(224, 224)),
            false,
            new PixelSteps(
                Resample.BICUBIC,
                1.0 / 255,
                true,
                List.of(0.48145466, 0.4578275, 0.40821073),
                List.of(0.26862954, 0.26130258, 0.27577711)));
    assertThat(read("{}")).isEqualTo(clip);
    assertThat(read("{\"size\": null, \"image_mean\": null, \"do_pad\": null, \"unknown\": 1}"))
        .isEqualTo(clip);
  }

  /** To transformers' fast classes null says nothing, to the slow ones it is false. */
  @Test
  void readsNullsAsTheClassThatIsNamed() throws IOException {
    String flags =
        "\"do_resize\": null, \"do_center_crop\": null, \"do_normalize\": null, \"do_rescale\":"
            + " null";
    PreprocessorConfig slow = read("{" + flags + "}");
    assertThat(slow.resize()).isEmpty();
    assertThat(slow.crop()).isEmpty();
    assertThat(slow.steps().doNormalize()).isFalse();
    assertThat(slow.steps().rescaleFactor()).isEqualTo(1);
    String fast = "{\"image_processor_type\": \"CLIPImageProcessorFast\", \"resample\": null, ";
    assertThat(read(fast + flags + "}")).isEqualTo(read("{}"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{\"resample\": null}"))
        .withMessageContaining("resample is null, which the image processor does not take");
  }

  @Test
  void everyKey() throws IOException {
    assertThat(
            read(
                """
                {"image_processor_type": "LlavaImageProcessor", "do_resize": true,
                 "size": {"height": 5, "width": 6}, "resample": 2, "do_center_crop": true,
                 "crop_size": {"height": 3, "width": 4}, "do_rescale": true, "rescale_factor": 0.5,
                 "do_normalize": false, "image_mean": [0.1, 0.2, 0.3], "image_std": 0.25, "do_pad": true}
                """))
        .isEqualTo(
            new PreprocessorConfig(
                Optional.of(new TargetSize.Exact(5, 6)),
                Optional.of(new TargetSize.Exact(3, 4)),
                true,
                new PixelSteps(
                    Resample.BILINEAR,
                    0.5,
                    false,
                    List.of(0.1, 0.2, 0.3),
                    List.of(0.25, 0.25, 0.25))));
  }

  @Test
  void oldFilesHaveNumbersForSizes() throws IOException {
    PreprocessorConfig config =
        read(
            "{\"feature_extractor_type\": \"CLIPFeatureExtractor\", \"size\": 336, \"crop_size\":"
                + " 330}");
    assertThat(config.resize()).contains(new TargetSize.ShortestEdge(336));
    assertThat(config.crop()).contains(new TargetSize.Exact(330, 330));
  }

  @Test
  void stepsCanBeOff() throws IOException {
    PreprocessorConfig config =
        read("{\"do_resize\": false, \"do_center_crop\": false, \"do_rescale\": false}");
    assertThat(config.resize()).isEmpty();
    assertThat(config.crop()).isEmpty();
    assertThat(config.steps().rescaleFactor()).isEqualTo(1);
  }

  @Test
  void mayBeNestedInProcessorConfig() throws IOException {
    Files.writeString(
        folder.resolve("processor_config.json"),
        "{\"patch_size\": 14, \"image_processor\": {\"size\": {\"shortest_edge\": 7}}}");
    assertThat(ImageFiles.llava(folder).resize()).contains(new TargetSize.ShortestEdge(7));
    assertThat(read("{\"size\": 8}").resize()).contains(new TargetSize.ShortestEdge(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"resample\": 6} | Unknown resample '6'; known: 0 (nearest)",
        "{\"size\": {\"longest_edge\": 8}} | size must be a whole number, or have height and width",
        "{\"size\": 0} | preprocessor_config.json: size must lie in 1..8192 pixels: 0",
        "{\"size\": {\"shortest_edge\": 20000}} | size must lie in 1..8192 pixels: 20000",
        "{\"crop_size\": {\"height\": 8, \"width\": -168}} | crop_size must lie in 1..8192 pixels:"
            + " -168",
        "{\"crop_size\": 1000000000} | crop_size must lie in 1..8192 pixels: 1000000000",
        "{\"image_std\": \"nan\"} | image_std must hold numbers: \"nan\"",
        "{\"size\": 1.5} | size must be a whole number: 1.5",
        "{\"crop_size\": {\"shortest_edge\": 8}} | crop_size must be a whole number, or have"
            + " height",
        "{\"crop_size\": \"8\"} | crop_size must be a whole number",
        "{\"do_resize\": 1} | do_resize must be true or false: 1",
        "{\"image_mean\": [0.5, 0.5]} | Images have 3 channels",
        "{\"image_mean\": [0.5, 0.5, 3]} | image_mean must lie in 0..1",
        "{\"image_mean\": [0.5, 0.5, \"x\"]} | image_mean must hold numbers",
        "{\"image_std\": [0.5, 0, 0.5]} | image_std must be positive",
        "{\"rescale_factor\": \"x\"} | rescale_factor must be a number",
        "{\"image_processor_type\": \"SiglipImageProcessor\"} | Unknown image_processor_type"
            + " 'SiglipImageProcessor'; known: CLIPFeatureExtractor, CLIPImageProcessor,",
        "{\"feature_extractor_type\": \"SiglipFeatureExtractor\"} | Unknown"
            + " feature_extractor_type 'SiglipFeatureExtractor'; known: CLIPFeatureExtractor,",
        "[] | not a JSON object",
        "{ | is not JSON",
      })
  void refusesWithFileAndValue(String json, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(json))
        .withMessageContaining(message)
        .withMessageContaining("preprocessor_config.json");
  }

  @Test
  void refusesAFolderWithoutSettings() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFiles.llava(folder))
        .withMessageContaining("it has no preprocessor_config.json");
    Files.writeString(folder.resolve("processor_config.json"), "{\"patch_size\": 14}");
    assertThatIllegalArgumentException().isThrownBy(() -> ImageFiles.llava(folder));
  }
}
