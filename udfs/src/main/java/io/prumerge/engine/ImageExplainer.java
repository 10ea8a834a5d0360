package io.prumerge.engine;

import io.prumerge.config.VisionConfig;
import io.prumerge.image.Area;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.RgbImage;
import io.prumerge.model.EncodedViews;
import io.prumerge.model.ImageTokens;
import io.prumerge.model.ImageViews;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.MethodSpec;
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
   *     question that was not given, or the model sees images through a Q-Former or a tower without
   *     a class token, whose attention is part of every explanation
   */
  Explanation explain(byte[] image, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    if (loaded.checkpoint().config().family().qformer().isPresent()) {
      throw new ReductionException(
          "Cannot explain what methods do to an image that the language model sees through a"
              + " Q-Former, which keeps no patch; use a checkpoint of LLaVA-1.5");
    }
    if (loaded.checkpoint().config().vision().kind().classTokens() == 0) {
      throw new ReductionException(
          "Cannot explain what methods do to an image that a tower without a class token sees, such"
              + " as SigLIP: its attention is part of every explanation; use a checkpoint with CLIP");
    }
    RgbImage picture = ImageDecoder.decode(image, ImageLimits.DEFAULT);
    List<TokenReducer> reducers = methods.stream().map(TokenReducers::of).toList();
    ImageViews views = loaded.views(picture, image, reducers);
    VisionTower.Depth depth = VisionTower.Depth.of(reducers).andScores();
    try (EncodedViews encoded = loaded.model().encode(List.of(views), depth).get(0);
        QuestionReader reader = loaded.reader()) {
      List<ExplainedView> explained = views(picture, encoded);
      List<MethodChoice> choices = new ArrayList<>();
      for (TokenReducer reducer : reducers) {
        choices.add(choice(reducer, encoded, question, reader));
      }
      return new Explanation(
          picture,
          views.grid(),
          encoded.views().get(0).gridSide(),
          encoded.tokens(),
          explained,
          choices);
    }
  }

  private List<ExplainedView> views(RgbImage picture, EncodedViews encoded) {
    List<Area> seen = seen(picture);
    List<ExplainedView> views = new ArrayList<>();
    for (int view = 0; view < seen.size(); view++) {
      float[] attention = encoded.views().get(view).clsAttention();
      views.add(new ExplainedView(seen.get(view), boxed(attention), Quartiles.of(attention)));
    }
    return views;
  }

  private static MethodChoice choice(
      TokenReducer reducer, EncodedViews image, Optional<String> question, QuestionReader reader) {
    try (ImageTokens tokens =
        reducer.perQuestion() && question.isPresent()
            ? image.reduce(reducer, question.get(), reader)
            : image.reduce(reducer)) {
      return new MethodChoice(
          reducer.spec(),
          tokens.keptIndices().map(kept -> IntStream.of(kept).boxed().toList()),
          tokens.ofViews(),
          image.merges(tokens),
          tokens.work());
    }
  }

  /** Pixels beyond a view's last whole patch are not seen. */
  private List<Area> seen(RgbImage picture) {
    VisionConfig vision = loaded.checkpoint().config().vision();
    double covered = (double) vision.gridSide() * vision.patchSize() / vision.imageSize();
    return loaded.preprocessor().seen(picture.width(), picture.height()).stream()
        .map(area -> area.corner(covered))
        .toList();
  }

  private static List<Float> boxed(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }
}
