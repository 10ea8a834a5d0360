package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.image.FramePair;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewPixels;
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
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Qwen2.5-VL and its frames, made and asked outside this repository at several seconds a pair.
 * Five frames, the fourth of which is the first one's copy.
 */
@Tag("model")
class QwenVideoTest {

  private static final String FOLDER = "qwen-video/seconds";
  private static final int[] FRAMES = {1, 2, 3, 1, 5};
  private static final int VIDEO = 151;

  @ParameterizedTest
  @ValueSource(doubles = {1.0, 2.0, 0.5})
  void isTheReferences(double seconds) throws IOException, ImageException {
    JsonNode said = Goldens.json(FOLDER + "/said.json").get("qwen2_5_vl_seconds" + seconds);
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(FOLDER));
    TokenReducer none = TokenReducers.of(MethodSpec.NONE);
    PreparedImages prepared = prepared(checkpoint.config(), 2 / seconds);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        EncodedImages encoded =
            model.encode(List.of(prepared), TowerDepth.of(List.of(none)), 1).get(0);
        ReducedImages all = encoded.reduce(none);
        ProjectedTokens projected = model.project(all)) {
      float[] rows = model.floats(projected.rows());
      float[] first = Goldens.floats(said.get("video_feature_first"));
      assertThat(rows.length / all.tokens())
          .isEqualTo(said.get("video_feature_shape").get(1).asInt());
      ModelGoldenTest.assertClose(Arrays.copyOf(rows, first.length), first, "features");
      double sum = IntStream.range(0, rows.length).mapToDouble(i -> rows[i]).sum();
      assertThat(sum).isCloseTo(said.get("video_feature_sum").asDouble(), within(1e-3));
      PromptGroup group =
          group(Goldens.ints(said.get("ids")), new VisualRows(projected, all.positions()));
      ModelGoldenTest.assertClose(
          model.logits(group), Goldens.floats(said.get("last_logits")), "logits");
      assertThat(GoldenModel.greedy(model, group))
          .containsExactly(Goldens.ints(said.get("greedy")));
    }
  }

  private static PreparedImages prepared(LlavaConfig config, double rate)
      throws IOException, ImageException {
    VideoProcessor processor =
        Families.named(config.family().name())
            .videoProcessor(config, Goldens.path(FOLDER))
            .orElseThrow();
    ViewGrid grid =
        config
            .family()
            .video()
            .orElseThrow()
            .grid(90, 60, 5, new FrameTimes(List.of(), OptionalDouble.of(rate), false));
    List<PixelBytes> frames = new ArrayList<>();
    for (int frame : FRAMES) {
      byte[] png = Files.readAllBytes(Goldens.path(FOLDER + "/frame-" + frame + "-of-5.png"));
      frames.add(processor.bytes(ImageDecoder.decode(png, ImageLimits.DEFAULT), grid));
    }
    List<ViewPixels> pairs =
        List.of(
            FramePair.of(frames.get(0), frames.get(1)),
            FramePair.of(frames.get(2), frames.get(3)),
            FramePair.of(frames.get(4), frames.get(4)));
    return PreparedImages.ofViews(pairs, grid, new byte[32], view -> SmallPixels.NONE);
  }

  // With the token once in place of all of the video's.
  private static PromptGroup group(int[] expanded, VisualRows rows) {
    int[] before = IntStream.of(expanded).takeWhile(id -> id != VIDEO).toArray();
    int[] prefix = Arrays.copyOf(before, before.length + 1);
    prefix[before.length] = VIDEO;
    int[] behind =
        IntStream.of(expanded).dropWhile(id -> id != VIDEO).filter(id -> id != VIDEO).toArray();
    return new PromptGroup(
        prefix,
        before.length,
        rows,
        List.of(),
        Optional.empty(),
        List.of(behind),
        List.of(new GenerationLimits(8, 0)));
  }
}
