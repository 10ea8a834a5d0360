package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.codec.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What transformers 5 writes of a folder says what the folder does. */
class SavedConfigTest {

  @Test
  void readsWhatTransformers5Saves(@TempDir Path folder) throws IOException {
    JsonNode folders = Goldens.json("families/saved.json").get("folders");
    assertThat(folders).hasSizeGreaterThan(20);
    int preprocessors = 0;
    for (Map.Entry<String, JsonNode> saved : folders.properties()) {
      Path original = Goldens.path(saved.getKey());
      Settings config =
          new Settings("config.json", (ObjectNode) saved.getValue().get("config.json"));
      assertThat(Families.config(withImage(config)))
          .as(saved.getKey())
          .isEqualTo(Families.config(withImage(JsonFile.read(original.resolve("config.json")))));
      JsonNode preprocessor = saved.getValue().path("preprocessor_config.json");
      if (preprocessor.isObject()) {
        Files.writeString(folder.resolve("preprocessor_config.json"), preprocessor.toString());
        assertThat(views(withImage(config), folder))
            .as(saved.getKey())
            .isDeepEqualTo(views(withImage(config), original));
        preprocessors++;
      }
    }
    assertThat(preprocessors).isEqualTo(folders.size());
  }

  /** Returns what a model sees of a picture by the image processor's file of a folder. */
  private static float[][] views(Settings root, Path folder) {
    Family family = Families.of(root);
    LlavaConfig config = family.pictures(family.config(root), root, folder);
    byte[] rgb = new byte[3 * 77 * 50];
    new Random(1).nextBytes(rgb);
    return family
        .imageProcessors(config, folder, family.imageAspect(config, root, folder))
        .alone()
        .views(new RgbImage(77, 50, rgb))
        .toArray(float[][]::new);
  }

  // Of IDEFICS, the tokenizer has it.
  private static Settings withImage(Settings config) {
    return config.text("model_type", "").equals("idefics")
        ? config.with("image_token_id", 9)
        : config;
  }
}
