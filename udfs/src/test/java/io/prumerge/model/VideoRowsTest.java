package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence of all rows of a video together, of which a model sees 3 x 3 a frame. */
@Tag("model")
class VideoRowsTest {

  private static final int PATCHES = 9;

  private static LlavaModel model;
  private static VideoProcessor processor;

  @BeforeAll
  static void load() {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("video/odd"));
    model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
    try (LlavaProcessor whole = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen_1_5")) {
      processor = whole.videos().orElseThrow();
    }
  }

  @AfterAll
  static void unload() {
    model.close();
    assertThat(OpenValues.atRest()).isZero();
  }

  private static EncodedImages encode(int frames, TokenReducer reducer) throws ImageException {
    ViewGrid grid = ViewGrid.video(90, 20, frames);
    List<PixelBytes> views = new ArrayList<>();
    for (int frame = 0; frame < frames; frame++) {
      views.add(processor.bytes(MadeFrames.frame(frame, 90, 20), grid));
    }
    PreparedImages video =
        PreparedImages.ofViews(views, grid, new byte[32], view -> SmallPixels.NONE);
    return model.encode(List.of(video), TowerDepth.of(List.of(reducer))).get(0);
  }

  private static double cosine(float[] rows, int width, int one, int other) {
    double product = 0;
    double length = 0;
    double otherLength = 0;
    for (int i = 0; i < width; i++) {
      double a = rows[one * width + i];
      double b = rows[other * width + i];
      product += a * b;
      length += a * a;
      otherLength += b * b;
    }
    return product / Math.sqrt(length * otherLength);
  }

  private static float[] projected(List<EncodedView> views) {
    List<float[]> frames =
        views.stream().map(view -> view.of(new TowerEvidence.Projected())).toList();
    float[] rows = new float[frames.size() * frames.get(0).length];
    for (int frame = 0; frame < frames.size(); frame++) {
      float[] own = frames.get(frame);
      System.arraycopy(own, 0, rows, frame * own.length, own.length);
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void cosinesAreOfAllFramesRowsInTheOrderOfTime(int frames) throws ImageException {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse("divprune:over=video,tokens=7"));
    int count = frames * PATCHES;
    try (EncodedImages video = encode(frames, reducer)) {
      List<EncodedView> views = video.views();
      float[] rows = projected(views);
      int width = rows.length / count;
      TowerEvidence all = new TowerEvidence.SequenceCosines(count, false);
      float[] cosines = views.get(frames - 1).of(all);
      assertThat(cosines).hasSize(count * count).isSameAs(views.get(0).of(all));
      for (int one = 0; one < count; one++) {
        for (int other = 0; other < count; other++) {
          assertThat((double) cosines[one * count + other])
              .isCloseTo(cosine(rows, width, one, other), within(1e-5));
        }
      }
      try (ReducedImages reduced = video.reduce(reducer)) {
        int[] kept = reduced.keptIndices().orElseThrow();
        assertThat(kept).hasSize(7).isSorted();
        assertThat(IntStream.of(kept).max().orElseThrow()).isLessThan(count);
        assertThat(reduced.tokens()).isEqualTo(8); // with the row that stays
      }
    }
  }

  /** Means over several frames, against the same method on arrays. */
  @ParameterizedTest
  @ValueSource(strings = {"holitom:ratio=0.4,tau=0.3", "holitom:ratio=0.6,tau=0.0001"})
  void sumsAreOfSeveralFramesRows(String method) throws ImageException {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    TowerEvidence cosines = new TowerEvidence.EarlierCosines(1);
    TowerEvidence attention = new TowerEvidence.ColumnAttention(new TowerLayer.Last());
    try (EncodedImages video = encode(5, reducer);
        ReducedImages reduced = video.reduce(reducer)) {
      List<ArrayPatchTokens> arrays = new ArrayList<>();
      for (EncodedView view : video.views()) {
        float[] rows = view.of(new TowerEvidence.Projected());
        int width = rows.length / PATCHES;
        float[][] features = new float[PATCHES][];
        for (int patch = 0; patch < PATCHES; patch++) {
          features[patch] = Arrays.copyOfRange(rows, patch * width, (patch + 1) * width);
        }
        ArrayPatchTokens array =
            ArrayPatchTokens.seen(features, new float[PATCHES]).with(attention, view.of(attention));
        arrays.add(view.view() == 0 ? array : array.with(cosines, view.of(cosines)));
      }
      List<Reduction> expected = reducer.reduceImage(ArrayPatchTokens.video(arrays)).views();
      int merged = 0;
      for (int view = 0; view < 5; view++) {
        double[][] rows = ((ArrayReduction) expected.get(view)).rows();
        ReducedView left = reduced.views().get(view);
        assertThat(left.tokens()).isEqualTo(rows.length);
        assertThat(left.keptIndices().orElse(null))
            .isEqualTo(expected.get(view).keptIndices().orElse(null));
        merged += left.products() > 0 ? 1 : 0;
        float[] flat = model.rows(left);
        for (int i = 0; i < flat.length; i++) {
          int width = flat.length / rows.length;
          assertThat((double) flat[i]).isCloseTo(rows[i / width][i % width], within(1e-5));
        }
      }
      assertThat(merged).isPositive();
    }
  }
}
