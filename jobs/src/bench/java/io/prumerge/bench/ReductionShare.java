package io.prumerge.bench;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.family.Families;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** PruMerge's own work, scores of the last layer included, compared with the tower's. */
final class ReductionShare implements Section {

  private static final double PART = 0.02;
  private static final int MOST_ROUNDS = 30;

  @Override
  public String name() {
    return "reduction";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path folder = setting.random();
    AskedImage picture = Pictures.draw(setting.work().resolve("pictures"), 1).get(0);
    float[] pixels =
        Families.named("llava")
            .imageProcessors(Checkpoint.configuration(folder), folder, ImageAspect.PAD)
            .alone()
            .views(ImageDecoder.decode(picture.bytes(), ImageLimits.DEFAULT))
            .get(0);
    List<PreparedView> inputs = List.of(new PreparedView(pixels, new byte[0]));
    Precision precision;
    try (EngineLoop engine = new EngineLoop(folder, setting.dtype())) {
      precision = engine.precision();
    }
    try (LlavaModel model = LlavaModel.load(Checkpoint.open(folder), Device.cpu(), precision)) {
      for (String method : List.of("prumerge", "prumerge+")) {
        TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
        Samples tower = new Samples();
        Samples reduction = new Samples();
        int tokens = round(model, inputs, reducer, new Samples(), new Samples());
        Rounds.within(
            setting.part(PART),
            MOST_ROUNDS,
            number -> round(model, inputs, reducer, tower, reduction));
        results.add(
            Figure.of(
                    method + ": scores, selection and merging over the tower's time",
                    setting.randomName() + ", " + precision.label(),
                    100 * reduction.over(tower),
                    Unit.PERCENT,
                    String.format(
                        Locale.ROOT,
                        "%.2f of %.0f ms, %d tokens, %d rounds",
                        1e3 * reduction.median(),
                        1e3 * tower.median(),
                        tokens,
                        tower.count()))
                .against(Goal.atMost(1)));
      }
    }
  }

  // Returns how many tokens were left.
  private static int round(
      LlavaModel model,
      List<PreparedView> inputs,
      TokenReducer reducer,
      Samples tower,
      Samples reduction) {
    long start = System.nanoTime();
    try (EncodedView image = model.vision().encode(inputs, TowerDepth.SCORES).get(0)) {
      long encoded = System.nanoTime();
      try (Reduction reduced = reducer.reduce(image)) {
        reduction.add((System.nanoTime() - encoded) / 1e9);
        tower.add((encoded - start) / 1e9);
        return reduced.tokens();
      }
    }
  }
}
