package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.OpenValues;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.video.PlainVideo;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The methods over a whole video, on what models' connectors give of its frames or pairs of frames,
 * against the definitions in doubles.
 */
@Tag("model")
class WholeVideoMethodsTest {

  private static final List<String> METHODS =
      List.of(
          "vidcom2",
          "vidcom2:tokens=60%",
          "evs:pruned=0.5",
          "evs:tokens=80%",
          "dycoke",
          "dycoke:pruned=0.4,variant=repaired");

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "video/odd, qwen_1_5, 1",
    "llava-video/checkpoint, auto, 1",
    "qwen/qwen2_vl/tied, qwen2_vl, 1",
    "qwen/qwen2_5_vl/untied, qwen2_vl, 1",
    "qwen3/tied, qwen3_vl, 2",
    "intern/small, internvl_hf, 1"
  })
  void keepWhatTheDefinitionsKeep(String model, String template, int least) throws ImageException {
    String folder = Goldens.path(model).toString();
    EngineConfig config =
        EngineConfigs.of(
            folder, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, template);
    List<TokenReducer> methods =
        METHODS.stream().map(MethodSpec::parse).map(TokenReducers::of).toList();
    FrameTimes times = new FrameTimes(List.of(), OptionalDouble.of(2), false);
    try (LoadedModel loaded = LoadedModel.load(config)) {
      for (int frames : new int[] {least, 2, 3, 5, 11}) {
        Visual video = new Visual.Video(MadeFrames.files(frames, 45, 29), times);
        PreparedImages prepared = loaded.prepare(List.of(video), methods);
        try (EncodedImages encoded =
            loaded.model().encode(List.of(prepared), TowerDepth.of(methods), 2).get(0)) {
          PlainVideo plain = plain(encoded.views());
          for (TokenReducer method : methods) {
            assertThat(kept(encoded, method))
                .as("%s of %s frames", method.spec(), frames)
                .isEqualTo(kept(plain, method));
          }
        }
      }
    }
  }

  private static PlainVideo plain(List<EncodedView> views) {
    float[][][] x = new float[views.size()][][];
    for (int view = 0; view < x.length; view++) {
      int tokens = views.get(view).count();
      float[] rows = views.get(view).of(new TowerEvidence.Projected());
      x[view] = new float[tokens][rows.length / tokens];
      for (int i = 0; i < rows.length; i++) {
        x[view][i / x[view][0].length][i % x[view][0].length] = rows[i];
      }
    }
    return new PlainVideo(x);
  }

  // What is kept of each view, or why nothing is.
  private static List<String> kept(EncodedImages encoded, TokenReducer method) {
    try (ReducedImages reduced = encoded.reduce(method)) {
      List<ReducedView> views = reduced.views();
      return kept(views, encoded.views().get(0).count());
    } catch (ReductionException e) {
      return List.of(e.getMessage());
    }
  }

  private static List<String> kept(PlainVideo video, TokenReducer method) {
    try {
      TokenReducer sized = method.on(video.patches().get(0));
      return kept(sized.reduceImage(video.patches()).views(), video.x()[0].length);
    } catch (ReductionException e) {
      return List.of(e.getMessage());
    }
  }

  private static List<String> kept(List<? extends Reduction> views, int all) {
    List<String> kept = new ArrayList<>();
    for (Reduction view : views) {
      int[] indices = view.keptIndices().orElse(IntStream.range(0, all).toArray());
      kept.add(Arrays.toString(indices));
    }
    return kept;
  }
}
