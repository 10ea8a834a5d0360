package io.prumerge.cost;

import io.prumerge.image.PictureLimit;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.CountedPatches;
import io.prumerge.reduction.run.ForwardedPatches;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/**
 * What methods come to on an image, counted. FLOPs are those of {@link CostModel#question}, up to
 * the first token, with {@value #TEXT_TOKENS} tokens of text, all after the image: the length that
 * papers count with (PruMerge, section 4.4). A method's size thus does not depend on the questions
 * that happen to be asked. The way of a method through the tower is counted as a typical image's.
 */
public record MethodCost(CostModel cost) implements Measures {

  static final int TEXT_TOKENS = 40;

  @Override
  public int layers() {
    return cost.shape().decoder().layers();
  }

  @Override
  public double layerMean(TokenReducer method, PatchTokens image) {
    int tokens = work(method, counted(image)).tokens();
    return TokenSchedule.of(tokens, cuts(method, tokens)).mean(layers());
  }

  @Override
  public double flops(TokenReducer method, PatchTokens image) {
    ImageWork work =
        work(method, counted(image)).reading(cost.connector().instruction(TEXT_TOKENS));
    return cost.question(work, cuts(method, work.tokens()), TEXT_TOKENS, TEXT_TOKENS, 1).total();
  }

  /** Returns the work of a method on all views of an image. */
  private static ImageWork work(TokenReducer method, CountedPatches image) {
    List<? extends PatchTokens> views = image.views();
    return work(method, image, (view, text) -> views.get(view).textFlops(text));
  }

  /**
   * Returns the work of a method on all views of an image, or of the smaller one that it sees
   * instead.
   *
   * @param image as {@link #counted} gives it
   * @param textFlops as {@link ImageWork#of}
   */
  public static ImageWork work(
      TokenReducer method,
      CountedPatches image,
      ToLongBiFunction<Integer, TowerEvidence.OfText> textFlops) {
    CountedPatches seen = method.picture().map(image::within).orElse(image);
    return workOn(method, seen, textFlops);
  }

  private static ImageWork workOn(
      TokenReducer method,
      CountedPatches image,
      ToLongBiFunction<Integer, TowerEvidence.OfText> textFlops) {
    List<? extends PatchTokens> all = image.views();
    List<Reduction> views = new ArrayList<>(); // they hold no memory
    int left = image.staying();
    boolean ordered = false;
    while (views.size() < all.size()) {
      int end = all.get(views.size()).ownViews().end();
      ImageReduction one = method.reduceImage(all.subList(views.size(), end));
      ordered |= one.order().isPresent();
      PatchTokens first = all.get(views.size());
      int staying = first.ofVideo() ? first.learnedPlaces().length : 0; // counted already
      left +=
          one.order()
              .map(order -> order.rows().length - staying)
              .orElseGet(() -> one.views().stream().mapToInt(Reduction::tokens).sum());
      views.addAll(one.views());
    }
    boolean whole = !ordered && views.stream().allMatch(CountedPatches::isWhole);
    return ImageWork.of(method, views, all, whole ? image.sequence() : left, textFlops);
  }

  private List<LayerCut> cuts(TokenReducer method, int tokens) {
    List<LayerCut> cuts = LayerCut.of(method, tokens, layers());
    if (cuts.stream().anyMatch(LayerCut::adaptive)) {
      throw new ReductionException(
          Text.format(
              "Cannot tell the size of %s before the decoder has run: it follows from the image;"
                  + " name a method that says how many tokens it keeps",
              method.spec()));
    }
    return cuts;
  }

  /** Returns the image, of which methods only count what they would make of it. */
  public CountedPatches counted(PatchTokens image) {
    return new Counted(image);
  }

  private final class Counted extends CountedPatches implements ForwardedPatches {
    private final PatchTokens image;

    /** Those of the whole image, which each of them gives: a budget asks each of them for all. */
    private List<Counted> views;

    Counted(PatchTokens image) {
      this.image = image;
    }

    @Override
    public PatchTokens image() {
      return image;
    }

    @Override
    public Counted within(PictureLimit limit) {
      return new Counted(image.within(limit));
    }

    @Override
    public List<Counted> views() {
      if (views == null) {
        List<Counted> all = image.views().stream().map(Counted::new).toList();
        all.forEach(one -> one.views = all);
        views = all;
      }
      return views;
    }

    @Override
    public Measures measures() {
      return MethodCost.this;
    }

    @Override
    protected int towerLayers() {
      return cost.shape().tower().features().depth();
    }

    @Override
    protected long width(Stage stage) {
      return switch (stage) {
        case BEFORE_CONNECTOR -> cost.shape().tower().features().width();
        case AFTER_CONNECTOR -> cost.shape().decoder().width();
      };
    }
  }
}
