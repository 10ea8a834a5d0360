package io.prumerge.engine;

import io.prumerge.architecture.QueryConnector;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.Area;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.lang.Text;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence.ColumnAttention;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.prumerge.Quartiles;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Runs the tower and the methods on the images of one prompt. The language model runs only for what
 * methods inside it leave of the tokens.
 */
final class ImageExplainer {

  private final LoadedModel loaded;

  ImageExplainer(LoadedModel loaded) {
    this.loaded = loaded;
  }

  /**
   * Encodes the images once, to their scores, and applies every method to all of them together.
   *
   * @param images at least one
   * @param question for methods that look at its text, and for a Q-Former that reads it
   * @return one for each image, with its part of what the methods choose
   * @throws ReductionException if a method cannot reduce them, or it or the Q-Former looks at the
   *     text of a question that was not given or cannot be asked
   */
  List<Explanation> explain(
      List<Visual> images, Optional<String> question, List<MethodSpec> methods)
      throws ImageException {
    Optional<QueryExplainer> queries = QueryExplainer.of(loaded, question, images.size());
    List<TokenReducer> reducers = methods.stream().map(TokenReducers::of).toList();
    List<TokenReducer> whole = reducers.stream().filter(reducer -> !reducer.seesApart()).toList();
    PreparedImages prepared = loaded.prepare(images, whole);
    Optional<CutExplainer> cuts =
        question.flatMap(text -> CutExplainer.of(loaded, text, prepared.grids().images()));
    Optional<ReceivedAttention> received = queries.isPresent() ? Optional.empty() : received();
    Optional<ColumnAttention> evidence = received.map(ImageExplainer::evidence);
    TowerDepth needed = TowerDepth.of(whole);
    TowerDepth depth = evidence.map(needed::and).orElseGet(needed::andScores);
    try (EncodedImages encoded = loaded.model().encode(List.of(prepared), depth).get(0);
        QuestionReader reader = loaded.reader()) {
      List<List<MethodChoice>> choices = new ArrayList<>();
      for (TokenReducer reducer : reducers) {
        choices.add(
            reducer.seesApart()
                ? ofOthers(reducer, images, prepared.grids(), reader, cuts)
                : choices(reducer, encoded, prepared.grids(), question, reader, queries, cuts));
      }
      List<Explanation> explanations = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        int image = i;
        RgbImage picture = ImageDecoder.decode(images.get(i).files().get(0), ImageLimits.DEFAULT);
        ViewSpan span = prepared.grids().span(image);
        Optional<QueryAttention> attention =
            queries.map(one -> one.attention(encoded, span.first()));
        List<Area> seen =
            images.get(i) instanceof Visual.Video
                ? Collections.nCopies(span.count(), visibleArea(picture))
                : visibleAreas(picture, loaded.preprocessor(images.size()));
        explanations.add(
            new Explanation(
                picture,
                prepared.grids().images().get(i),
                encoded.views().get(span.first()).grid(),
                encoded.tokens(i),
                attention
                    .map(looks -> List.of(view(seen.get(0), looks.mean())))
                    .orElseGet(() -> views(seen, encoded, span, evidence)),
                attention,
                received,
                choices.stream().map(all -> all.get(image)).toList()));
      }
      return explanations;
    }
  }

  /**
   * Returns the layer whose attention stands for the class token's where there is none: the last of
   * the features in which all patches of a view attend to each other.
   */
  private Optional<ReceivedAttention> received() {
    LlavaConfig config = loaded.checkpoint().config();
    VisionConfig vision = config.vision();
    if (config.traits().hasClassToken()) {
      return Optional.empty();
    }
    int layer =
        vision
            .windows()
            .flatMap(windows -> windows.full().stream().max(Comparator.naturalOrder()))
            .map(last -> last + 1)
            .orElse(config.featureDepth());
    return Optional.of(new ReceivedAttention(layer, vision.encoder().layers()));
  }

  private static ColumnAttention evidence(ReceivedAttention received) {
    return new ColumnAttention(new TowerLayer.Numbered(received.layer()));
  }

  private static List<ExplainedView> views(
      List<Area> seen, EncodedImages encoded, ViewSpan span, Optional<ColumnAttention> evidence) {
    List<ExplainedView> views = new ArrayList<>();
    for (int view = 0; view < seen.size(); view++) {
      EncodedView image = encoded.views().get(span.first() + view);
      float[] attention = evidence.map(image::of).orElseGet(image::clsAttention);
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

  // What a method receives of each image of which the tower sees something else for it: all of a
  // smaller one, which is no patch of the image, all patches of fewer frames, or what it has kept.
  private List<MethodChoice> ofOthers(
      TokenReducer reducer,
      List<Visual> images,
      ViewGrids whole,
      QuestionReader reader,
      Optional<CutExplainer> cuts)
      throws ImageException {
    PreparedImages seen = loaded.prepare(images, List.of(reducer));
    int views = whole.views();
    Optional<PictureLimit.OfFrames> frames =
        reducer
            .picture()
            .filter(PictureLimit.OfFrames.class::isInstance)
            .map(PictureLimit.OfFrames.class::cast);
    if (frames.isPresent() && whole.images().stream().anyMatch(ImageExplainer::inPairs)) {
      throw new ReductionException(
          Text.format(
              "Cannot show %s on a video whose frames the model takes in pairs: fewer frames make"
                  + " other pairs; leave it out, and evaluate it",
              reducer.spec()));
    }
    if (frames.isEmpty() && seen.views().size() != views) {
      throw new ReductionException(
          Text.format(
              "Cannot show %s on the picture's %d views: it has %d views of its own; leave it out,"
                  + " and evaluate it",
              reducer.spec(), views, seen.views().size()));
    }
    try (EncodedImages encoded = loaded.model().encode(List.of(seen), TowerDepth.FEATURES).get(0)) {
      List<MethodChoice> choices =
          choices(reducer, encoded, seen.grids(), Optional.empty(), reader, Optional.empty(), cuts);
      int patches = encoded.views().get(0).count();
      return frames.isEmpty()
          ? choices
          : IntStream.range(0, choices.size())
              .mapToObj(i -> choices.get(i).ofFrames(frames.get(), whole.images().get(i), patches))
              .toList();
    }
  }

  private static boolean inPairs(ViewGrid image) {
    return image.isVideo() && image.seenFrames().ofView() > 1;
  }

  // What a method chooses of each image.
  private static List<MethodChoice> choices(
      TokenReducer reducer,
      EncodedImages images,
      ViewGrids grids,
      Optional<String> question,
      QuestionReader reader,
      Optional<QueryExplainer> queries,
      Optional<CutExplainer> cuts) {
    try (ReducedImages tokens =
        reducer.perQuestion() && question.isPresent()
            ? images.reduce(reducer, question.get(), reader)
            : images.reduce(reducer)) {
      MethodChoice all =
          new MethodChoice(
              reducer.spec(),
              reducer.picture().isPresent()
                  ? Optional.of(List.of())
                  : tokens.keptIndices().map(kept -> IntStream.of(kept).boxed().toList()),
              tokens.ofViews(),
              List.of(),
              images.merges(tokens),
              cuts.map(one -> one.staying(tokens)).orElse(List.of()),
              tokens.work().reading(queries.map(one -> one.instruction().length).orElse(0)));
      return IntStream.range(0, grids.images().size())
          .mapToObj(
              image -> {
                ViewSpan span = grids.span(image);
                List<Integer> places = tokens.places(image);
                return all.of(
                    span, patches(images, span.first()), patches(images, span.end()), places);
              })
          .toList();
    }
  }

  // Of the views before one of them.
  private static int patches(EncodedImages images, int before) {
    return images.views().subList(0, before).stream().mapToInt(EncodedView::count).sum();
  }

  /** Pixels beyond a view's last whole patch are not seen. */
  private List<Area> visibleAreas(RgbImage picture, ImageProcessor preprocessor) {
    return preprocessor.seen(picture.width(), picture.height()).stream()
        .map(area -> area.corner(covered()))
        .toList();
  }

  // A frame is stretched over its view.
  private Area visibleArea(RgbImage frame) {
    return new Area(0, 0, frame.width(), frame.height()).corner(covered());
  }

  private double covered() {
    VisionConfig vision = loaded.checkpoint().config().vision();
    return (double) vision.gridSide() * vision.blockSize() / vision.imageSize();
  }

  private static List<Float> boxed(float[] values) {
    List<Float> boxed = new ArrayList<>(values.length);
    for (float value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  /**
   * What a connector's queries make of an image with a question.
   *
   * @param prompt of the question; empty without one
   */
  private record QueryExplainer(
      LlavaModel model, QueryConnector shape, Optional<EncodedPrompt> prompt) {

    /**
     * Returns the explainer of a model whose connector has queries.
     *
     * @throws ReductionException if the question cannot be asked, or the Q-Former reads one and
     *     there is none
     */
    static Optional<QueryExplainer> of(LoadedModel loaded, Optional<String> question, int images) {
      LlavaConfig config = loaded.checkpoint().config();
      if (config.connector().asQueries().isEmpty()) {
        return Optional.empty();
      }
      QueryConnector shape = config.connector().asQueries().get();
      if (shape.readsText() && question.isEmpty()) {
        throw new ReductionException(
            "Cannot show what the queries look at without a question: the Q-Former reads it with"
                + " the image");
      }
      try {
        Optional<EncodedPrompt> prompt = Optional.empty();
        if (question.isPresent()) {
          prompt = Optional.of(loaded.prompts().withImages(question.get(), images));
        }
        return Optional.of(new QueryExplainer(loaded.model(), shape, prompt));
      } catch (PromptException e) {
        throw new ReductionException(ErrorKind.of(e));
      }
    }

    /** Returns the ids of the question's words, for the Q-Former; none if it reads none. */
    int[] instruction() {
      return prompt.map(EncodedPrompt::instruction).orElse(new int[0]);
    }

    QueryAttention attention(EncodedImages image, int view) {
      try (ReducedImages all = image.reduce(TokenReducers.of(MethodSpec.NONE))) {
        float[] attention = model.queryAttention(all, view, instruction());
        return QueryAttention.of(
            shape.lastLook() + 1,
            shape.layers(),
            attention,
            image.views().get(view).count(),
            model.checkpoint().config().vision().kind().classTokens());
      }
    }
  }
}
