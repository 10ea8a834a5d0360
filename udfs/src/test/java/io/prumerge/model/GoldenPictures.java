package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** The pictures that the reference models were asked about. */
final class GoldenPictures {

  private GoldenPictures() {}

  /** A picture by the name of its file. */
  static RgbImage decoded(String name) throws IOException, ImageException {
    return ImageDecoder.decode(bytes(name), ImageLimits.DEFAULT);
  }

  /** The same as a model sees it. */
  static PreparedImages views(LlavaProcessor processor, String name)
      throws IOException, ImageException {
    RgbImage image = decoded(name);
    return PreparedImages.of(
        processor.images().alone().views(image),
        processor.images().alone().grid(image.width(), image.height()),
        Sha256.of(bytes(name)));
  }

  /** Compares the pixels of some pictures with their hashes, by the names of the files. */
  static void assertPixels(ImageProcessor processor, JsonNode hashes)
      throws IOException, ImageException {
    assertThat(hashes).hasSizeGreaterThan(60);
    for (Map.Entry<String, JsonNode> picture : hashes.properties()) {
      assertThat(Goldens.sha256(processor.views(decoded(picture.getKey())).get(0)))
          .as(picture.getKey())
          .isEqualTo(picture.getValue().asText());
    }
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }
}
