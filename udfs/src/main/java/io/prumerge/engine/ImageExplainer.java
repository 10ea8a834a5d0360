package io.prumerge.engine;

import io.prumerge.checkpoint.VisionConfig;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.Area;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.RgbImage;
import io.prumerge.model.tower.EncodedImage;
import io.prumerge.model.tower.ImageInput;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs the tower and the methods on one image, without the language model. */
final class ImageExplainer {

  private final LoadedModel loaded;

  ImageExplainer(LoadedModel loaded) {
    this.loaded = loaded;
  }

  /**
   * Encodes the image once, to its scores, and applies every method.
   *
   * @param image encoded bytes
   * @param question for methods that look at its text
   * @throws ReductionException if a method cannot reduce this image, or looks at the text of a
   *     question that was not given, or the model sees the image in tiles or through a Q-Former
   */
  Explanation explain(byte[] image, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    if (loaded.checkpoint().config().family().qformer().isPresent()) {
      throw new ReductionException(
          "Cannot explain what methods do to an image that the language model sees through a"
              + " Q-Former, which keeps no patch; use a checkpoint of LLaVA-1.5");
    }
    RgbImage picture = ImageDecoder.decode(image, ImageLimits.DEFAULT);
    List<TokenReducer> reducers = methods.stream().map(TokenReducers::of).toList();
    List<ImageInput> views = loaded.views(picture, image, reducers).inputs();
    if (views.size() > 1) {
      throw new ReductionException(
          "Cannot explain what methods do to an image in tiles, only to one that is seen whole; use a checkpoint of LLaVA-1.5");
    }
    VisionTower.Depth depth = VisionTower.Depth.of(reducers).andScores();
    try (EncodedImage encoded = loaded.model().vision().encode(views, depth).get(0)) {
      float[] attention = encoded.clsAttention();
      List<MethodChoice> choices = new ArrayList<>();
      for (TokenReducer reducer : reducers) {
        choices.add(choice(reducer, encoded, question.filter(text -> reducer.perQuestion())));
      }
      return new Explanation(
          picture,
          seen(picture),
          encoded.gridSide(),
          encoded.tokens(),
          boxed(attention),
          Quartiles.of(attention),
          choices);
    }
  }

  private MethodChoice choice(TokenReducer reducer, EncodedImage image, Optional<String> question) {
    PatchTokens seen = question.map(text -> image.asked(text, loaded.reader())).orElse(image);
    TokenReducer applied = reducer.on(seen);
    try (Reduction reduction = applied.reduce(seen)) {
      Optional<int[]> kept = reduction.keptIndices();
      return new MethodChoice(
          reducer.spec(),
          kept.map(patches -> IntStream.of(patches).boxed().toList()),
          reduction.tokens(),
          image.merges(kept.orElse(new int[0]), reduction.neighbours()),
          ReductionWork.of(applied, reduction, seen::textFlops));
    }
  }

  /** Pixels beyond the last whole patch are not seen. */
  private Area seen(RgbImage picture) {
    VisionConfig vision = loaded.checkpoint().config().vision();
    double covered = (double) vision.gridSide() * vision.patchSize() / vision.imageSize();
    return loaded.preprocessor().seen(picture.width(), picture.height()).corner(covered);
  }

  private static List<Float> boxed(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }
}
