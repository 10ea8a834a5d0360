package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Precision;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code prumerge:variant=paper} looks at, against transformers 4.57.1's queries and keys. */
@Tag("model")
class PaperEvidenceGoldenTest {

  private static final TowerLayer LAST = new TowerLayer.Last();
  private static final int STRIDE = 7;

  @Test
  void scoresAndProductsAreThePapers() throws Exception {
    for (JsonNode golden : Goldens.json("paper/paper.json").get("cases")) {
      Checkpoint checkpoint =
          Checkpoint.open(Goldens.path("checkpoints/" + golden.get("checkpoint").asText()));
      ImageAspect aspect =
          ImageAspect.valueOf(golden.get("aspect").asText().toUpperCase(Locale.ROOT));
      byte[] bytes = Files.readAllBytes(Goldens.path("images/" + golden.get("image").asText()));
      float[] pixels =
          new ClipPreprocessor(ImageFiles.llava(checkpoint.imageFolder()), aspect)
              .views(ImageDecoder.decode(bytes, ImageLimits.DEFAULT))
              .get(0);
      TowerDepth depth =
          TowerDepth.of(List.of(TokenReducers.of(MethodSpec.parse("prumerge:variant=paper"))));
      assertThat(depth.scores()).isFalse();
      try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
          EncodedView image =
              model
                  .vision()
                  .encode(List.of(new PreparedView(pixels, new byte[32])), depth)
                  .get(0)) {
        String name = golden.get("name").asText();
        assertClose(image.of(new TowerEvidence.PatchAttention(LAST)), 1, 1, name + "/attention");
        assertClose(
            image.of(new TowerEvidence.KeyProducts(LAST)),
            image.count(),
            STRIDE,
            name + "/products");
      }
    }
  }

  private static void assertClose(float[] actual, int width, int stride, String name)
      throws Exception {
    float[] expected = Goldens.floats("paper/paper.safetensors", name);
    float most = 0;
    for (float value : expected) {
      most = Math.max(most, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      float value = actual[i / width * stride * width + i % width];
      assertThat(Math.abs(value - expected[i])).as(name + " " + i).isLessThan(1e-5f * most);
    }
    assertThat((actual.length / width + stride - 1) / stride * width).isEqualTo(expected.length);
  }
}
