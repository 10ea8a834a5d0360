package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.family.Families;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A checkpoint of InternVL3.5 and frames from outside this repository, asked by transformers
 * 4.57.1. It has no tokenizer: ids are given, with four tokens of each frame. Two things are ours:
 * a preprocessor_config.json with the size that was given to the video processor; and biases of
 * zero of the tower's queries, keys and values, without which no published tower has such norms.
 */
@Tag("model")
class GivenInternVideoTest {

  private static final String FOLDER = "intern-video/given";
  private static final int FRAMES = 3;
  private static final int TOKEN = 150; // of the image

  @Test
  void isTheReferences() throws IOException, ImageException {
    JsonNode said = Goldens.json(FOLDER + "/said.json");
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(FOLDER));
    TokenReducer none = TokenReducers.of(MethodSpec.NONE);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        EncodedImages encoded =
            model.encode(List.of(frames(checkpoint)), TowerDepth.of(List.of(none)), FRAMES).get(0);
        ReducedImages all = encoded.reduce(none);
        ProjectedTokens video = model.project(all)) {
      float[] rows = model.floats(video.rows());
      float[] first = Goldens.floats(said.get("video_feature_first"));
      ModelGoldenTest.assertClose(Arrays.copyOf(rows, first.length), first, "features");
      double sum = IntStream.range(0, rows.length).mapToDouble(i -> rows[i]).sum();
      assertThat(sum).isCloseTo(said.get("video_feature_sum").asDouble(), within(1e-3));
      assertThat(video.runs()).containsExactly(4, 4, 4);
      PromptGroup group = group(Goldens.ints(said.get("ids")), video);
      ModelGoldenTest.assertClose(
          model.logits(group), Goldens.floats(said.get("last_logits")), "logits");
      assertThat(GoldenModel.greedy(model, group))
          .containsExactly(Goldens.ints(said.get("greedy")));
    }
  }

  private static PreparedImages frames(Checkpoint checkpoint) throws IOException, ImageException {
    VideoProcessor processor =
        Families.named(checkpoint.config().family().name())
            .videoProcessor(checkpoint.config(), checkpoint.imageFolder())
            .orElseThrow();
    ViewGrid grid = ViewGrid.video(80, 64, FRAMES);
    List<PixelBytes> frames = new ArrayList<>();
    for (int i = 1; i <= FRAMES; i++) {
      byte[] png = Files.readAllBytes(Goldens.path(FOLDER + "/frame-" + i + "-of-3.png"));
      frames.add(processor.bytes(ImageDecoder.decode(png, ImageLimits.DEFAULT), grid));
    }
    return PreparedImages.ofViews(frames, grid, new byte[32], view -> SmallPixels.NONE);
  }

  // Each run of the image's tokens is one id.
  private static PromptGroup group(int[] ids, ProjectedTokens video) {
    int[] prompt =
        IntStream.range(0, ids.length)
            .filter(i -> ids[i] != TOKEN || ids[i - 1] != TOKEN)
            .map(i -> ids[i])
            .toArray();
    int[] slots = IntStream.range(0, prompt.length).filter(i -> prompt[i] == TOKEN).toArray();
    int behind = slots[slots.length - 1] + 1;
    return new PromptGroup(
        Arrays.copyOf(prompt, behind),
        slots[0],
        slots,
        VisualRows.packed(video),
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(prompt, behind, prompt.length)),
        List.of(new GenerationLimits(8, 0)));
  }
}
