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

/**
 * Runs the tower and the methods on one image. The language model runs only for what methods inside
 * it leave of a Q-Former's queries.
 */
final class ImageExplainer {

  private final LoadedModel loaded;

  ImageExplainer(LoadedModel loaded) {
    this.loaded = loaded;
  }

  /**
   * Encodes the image once, to its scores, and applies every method.
   *
   * @param image encoded bytes
   * @param question for methods that look at its text, and for a Q-Former that reads it
   * @throws ReductionException if a method cannot reduce this image, or it or the Q-Former looks at
   *     the text of a question that was not given or cannot be asked
   */
  Explanation explain(byte[] image, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    Optional<QueryExplainer> queries = QueryExplainer.of(loaded, question);
    RgbImage picture = ImageDecoder.decode(image, ImageLimits.DEFAULT);
    List<TokenReducer> reducers = methods.stream().map(TokenReducers::of).toList();
    ImageViews views = loaded.views(picture, image, reducers);
    VisionTower.Depth depth = VisionTower.Depth.of(reducers).andScores();
    try (EncodedViews encoded = loaded.model().encode(List.of(views), depth).get(0);
        QuestionReader reader = loaded.reader()) {
      List<MethodChoice> choices = new ArrayList<>();
      for (TokenReducer reducer : reducers) {
        choices.add(choice(reducer, encoded, question, reader, queries));
      }
      Optional<QueryAttention> looks = queries.map(one -> one.attention(encoded));
      return new Explanation(
          picture,
          views.grid(),
          encoded.views().get(0).gridSide(),
          encoded.tokens(),
          looks
              .map(seen -> List.of(view(seen(picture).get(0), seen.mean())))
              .orElseGet(() -> views(picture, encoded)),
          looks,
          choices);
    }
  }

  private List<ExplainedView> views(RgbImage picture, EncodedViews encoded) {
    List<Area> seen = seen(picture);
    List<ExplainedView> views = new ArrayList<>();
    for (int view = 0; view < seen.size(); view++) {
      views.add(view(seen.get(view), boxed(encoded.views().get(view).clsAttention())));
    }
    return views;
  }

  private static ExplainedView view(Area seen, List<Float> attention) {
    float[] values = new float[attention.size()];
    for (int patch = 0; patch < values.length; patch++) {
      values[patch] = attention.get(patch);
    }
    return new ExplainedView(seen, attention, Quartiles.of(values));
  }

  private static MethodChoice choice(
      TokenReducer reducer,
      EncodedViews image,
      Optional<String> question,
      QuestionReader reader,
      Optional<QueryExplainer> queries) {
    try (ImageTokens tokens =
        reducer.perQuestion() && question.isPresent()
            ? image.reduce(reducer, question.get(), reader)
            : image.reduce(reducer)) {
      return new MethodChoice(
          reducer.spec(),
          tokens.keptIndices().map(kept -> IntStream.of(kept).boxed().toList()),
          tokens.ofViews(),
          image.merges(tokens),
          queries.map(one -> one.staying(tokens)).orElse(List.of()),
          tokens.work().reading(queries.map(one -> one.instruction().length).orElse(0)));
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
