package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes of image processors that each family's files may name. */
class ImageProcessorClassesTest {

  private static final String FILE = "preprocessor_config.json";
  private static final String TYPE = "image_processor_type";

  @TempDir private Path folder;

  /** Returns the image processors of a golden model, with a file other than its own. */
  private ImageProcessors read(String golden, ObjectNode file) throws IOException {
    Files.writeString(folder.resolve(FILE), file.toString());
    LlavaConfig config = Checkpoint.configuration(Goldens.path(golden));
    Family family = Families.named(config.family().name());
    return family.imageProcessors(config, folder, family.imageAspect(config, root(golden), folder));
  }

  private static Settings root(String golden) {
    return JsonFile.read(Goldens.path(golden).resolve("config.json"));
  }

  private static ObjectNode file(String golden) {
    return JsonFile.read(Goldens.path(golden).resolve(FILE)).json();
  }

  @ParameterizedTest
  @CsvSource({
    "checkpoints/mha, CLIPImageProcessor CLIPImageProcessorFast CLIPFeatureExtractor",
    "checkpoints/mha, LlavaImageProcessor LlavaImageProcessorFast",
    "families/next, CLIPImageProcessor LlavaNextImageProcessor LlavaNextImageProcessorFast",
    "onevision/tied, LlavaOnevisionImageProcessor LlavaOnevisionImageProcessorFast",
    "queries/instructblip, BlipImageProcessor BlipImageProcessorFast",
    "idefics/base, IdeficsImageProcessor",
    "intern/small, GotOcr2ImageProcessor GotOcr2ImageProcessorFast",
    "intern/chat, CLIPFeatureExtractor CLIPImageProcessor CLIPImageProcessorFast",
    "qwen/qwen2_5_vl/tied, Qwen2VLImageProcessor Qwen2_5_VLImageProcessor",
    "qwen3/tied, Qwen2VLImageProcessorFast",
    "smol/first, Idefics3ImageProcessor Idefics3ImageProcessorFast",
    "smol/second, SmolVLMImageProcessor SmolVLMImageProcessorFast",
  })
  void aFamilyReadsItsOwnClasses(String golden, String names) throws IOException {
    for (String name : names.split(" ")) {
      ImageProcessors processors = read(golden, file(golden).put(TYPE, name));
      assertThat(processors.alone().grid(64, 48).views()).as(name).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "checkpoints/mha | BlipImageProcessor | CLIPFeatureExtractor, CLIPImageProcessor,"
            + " CLIPImageProcessorFast, LlavaImageProcessor, LlavaImageProcessorFast,"
            + " LlavaNextImageProcessor, LlavaNextImageProcessorFast,"
            + " LlavaOnevisionImageProcessor, LlavaOnevisionImageProcessorFast",
        "queries/blip2 | CLIPImageProcessor | BlipImageProcessor, BlipImageProcessorFast",
        "idefics/base | BlipImageProcessor | IdeficsImageProcessor",
        "intern/small | LlavaNextImageProcessor | CLIPFeatureExtractor, CLIPImageProcessor,"
            + " CLIPImageProcessorFast, GotOcr2ImageProcessor, GotOcr2ImageProcessorFast",
        "qwen3/tied | LlavaNextImageProcessor | Qwen2VLImageProcessor,"
            + " Qwen2VLImageProcessorFast, Qwen2_5_VLImageProcessor",
        "smol/first | GotOcr2ImageProcessor | Idefics3ImageProcessor,"
            + " Idefics3ImageProcessorFast, SmolVLMImageProcessor, SmolVLMImageProcessorFast",
      })
  void anotherFamilysClassIsRefused(String golden, String name, String known) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(golden, file(golden).put(TYPE, name)))
        .withMessage("%s: Unknown %s '%s'; known: %s".formatted(FILE, TYPE, name, known));
  }

  /** As transformers reads them. */
  @Test
  void theOlderKeyIsReadOnlyAlone() throws IOException {
    String golden = "queries/blip2";
    ObjectNode both = file(golden).put("feature_extractor_type", "CLIPFeatureExtractor");
    assertThat(read(golden, both).alone().grid(64, 48).views()).isOne();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(golden, both.without(TYPE)))
        .withMessageContaining(
            "Unknown feature_extractor_type 'CLIPFeatureExtractor'; known: Blip");
  }

  /** As in the files of LLaVA's and InternVL's authors. */
  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "families/next", "intern/chat"})
  void aFileWithoutAClassHasClips(String golden) throws IOException {
    ObjectNode file = file(golden).without(TYPE);
    assertThat(read(golden, file).alone().grid(64, 48).views()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"queries/blip2", "idefics/base", "qwen3/tied", "smol/second"})
  void otherClassesHaveToBeNamed(String golden) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(golden, file(golden).without(TYPE)))
        .withMessageContaining(FILE + ": image_processor_type is missing; known: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen/qwen2_vl/tied", "smol/first"})
  void picturesOfTheseAreResized(String golden) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(golden, file(golden).put("do_resize", false)))
        .withMessageContaining("do_resize is false");
  }

  /** The words of LLaVA's config, else the file's. */
  @Test
  void llavaPadsWhereItsFilesSaySo() throws IOException {
    String golden = "checkpoints/gqa";
    LlavaConfig config = Checkpoint.configuration(Goldens.path(golden));
    Family llava = Families.named("llava");
    Files.writeString(folder.resolve(FILE), file(golden).put("do_pad", true).toString());
    assertThat(llava.imageAspect(config, root(golden), folder)).isEqualTo(ImageAspect.PAD);
    Settings padded = new Settings(FILE, root(golden).json().put("image_aspect_ratio", "pad"));
    Files.writeString(folder.resolve(FILE), file(golden).without("do_pad").toString());
    assertThat(llava.imageAspect(config, padded, folder)).isEqualTo(ImageAspect.PAD);
    assertThat(llava.imageAspect(config, root(golden), folder)).isEqualTo(ImageAspect.CROP);
  }

  @ParameterizedTest
  @CsvSource({
    "families/next, ANYRES",
    "queries/blip2, STRETCH",
    "idefics/base, STRETCH",
    "qwen3/tied, NATIVE",
    "smol/first, ANYRES",
  })
  void othersAreShownImagesInOneWay(String golden, ImageAspect only) {
    LlavaConfig config = Checkpoint.configuration(Goldens.path(golden));
    assertThat(Families.named(config.family().name()).imageAspect(config, root(golden), folder))
        .isEqualTo(only);
  }
}
