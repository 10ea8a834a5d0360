package io.prumerge.engine;

import io.prumerge.config.VisionConfig;
import io.prumerge.image.Area;
import io.prumerge.image.ImageException;
import io.prumerge.image.RgbImage;
import io.prumerge.image.ViewGrids;
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
 * Runs the tower and the methods on the images of one prompt. The language model runs only for what
 * methods inside it leave of a Q-Former's queries.
 */
final class ImageExplainer {

  private final LoadedModel loaded;

  ImageExplainer(LoadedModel loaded) {
    this.loaded = loaded;
  }

  /**
   * Encodes the images once, to their scores, and applies every method to all of them together.
   *
   * @param images encoded bytes of each, at least one
   * @param question for methods that look at its text, and for a Q-Former that reads it
   * @return one for each image, with its part of what the methods choose
   * @throws ReductionException if a method cannot reduce them, it or the Q-Former looks at the text
   *     of a question that was not given or cannot be asked, or the model sees images through a
   *     tower without a class token, whose attention is part of every explanation
   */
  List<Explanation> explain(
      List<byte[]> images, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    if (loaded.checkpoint().config().vision().kind().classTokens() == 0) {
      throw new ReductionException(
          "Cannot explain what methods do to an image that a tower without a class token sees, such"
              + " as SigLIP: its attention is part of every explanation; use a checkpoint with CLIP");
    }
    List<RgbImage> pictures = loaded.pictures(images);
    Optional<QueryExplainer> queries = QueryExplainer.of(loaded, question);
    List<TokenReducer> reducers = methods.stream().map(TokenReducers::of).toList();
    ImageViews views = loaded.views(pictures, images, reducers);
    VisionTower.Depth depth = VisionTower.Depth.of(reducers).andScores();
    try (EncodedViews encoded = loaded.model().encode(List.of(views), depth).get(0);
        QuestionReader reader = loaded.reader()) {
      List<List<MethodChoice>> choices = new ArrayList<>();
      for (TokenReducer reducer : reducers) {
        choices.add(choices(reducer, encoded, views.grids(), question, reader, queries));
      }
      Optional<QueryAttention> looks = queries.map(one -> one.attention(encoded));
      List<Explanation> explanations = new ArrayList<>();
      for (int i = 0; i < pictures.size(); i++) {
        int image = i;
        RgbImage picture = pictures.get(i);
        explanations.add(
            new Explanation(
                picture,
                views.grids().images().get(i),
                encoded.views().get(0).gridSide(),
                encoded.tokens(i),
                looks
                    .map(look -> List.of(view(seen(picture).get(0), look.mean())))
                    .orElseGet(() -> views(picture, encoded, views.grids().span(image))),
                looks,
                choices.stream().map(all -> all.get(image)).toList()));
      }
      return explanations;
    }
  }

  private List<ExplainedView> views(RgbImage picture, EncodedViews encoded, ViewGrids.Span span) {
    List<Area> seen = seen(picture);
    List<ExplainedView> views = new ArrayList<>();
    for (int view = 0; view < seen.size(); view++) {
      float[] attention = encoded.views().get(span.first() + view).clsAttention();
      views.add(view(seen.get(view), boxed(attention)));
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

  // What a method chooses of each image.
  private static List<MethodChoice> choices(
      TokenReducer reducer,
      EncodedViews images,
      ViewGrids grids,
      Optional<String> question,
      QuestionReader reader,
      Optional<QueryExplainer> queries) {
    try (ImageTokens tokens =
        reducer.perQuestion() && question.isPresent()
            ? images.reduce(reducer, question.get(), reader)
            : images.reduce(reducer)) {
      MethodChoice all =
          new MethodChoice(
              reducer.spec(),
              tokens.keptIndices().map(kept -> IntStream.of(kept).boxed().toList()),
              tokens.ofViews(),
              images.merges(tokens),
              queries.map(one -> one.staying(tokens)).orElse(List.of()),
              tokens.work().reading(queries.map(one -> one.instruction().length).orElse(0)));
      int patches = images.views().get(0).count();
      return IntStream.range(0, grids.images().size())
          .mapToObj(image -> all.of(grids.span(image), patches, tokens.ofImages().get(image)))
          .toList();
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
