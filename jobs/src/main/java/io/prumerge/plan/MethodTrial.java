package io.prumerge.plan;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.ClipConfig;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Texts;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.MethodCost;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.CountedPatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tries a method on the pictures that a model is going to see. What is wrong with the method on all
 * of them refuses it; pictures that alone are too small for it, or too large, are counted.
 */
final class MethodTrial {

  /** Estimates to try before a method is refused that has a number of tokens. */
  private static final int TRIES = 4;

  /** Kinds that a method is tried on whose number of tokens takes its whole choice. */
  private static final int SLOW_KINDS = 8;

  private static final String FLOPS = "flops";

  private final SeenPictures pictures;
  private final LlavaConfig config;
  private final int before;
  private final int behind;
  private final MethodSpec method;
  private final TokenReducer reducer;
  private final ClipFolders clips;
  private final Map<TypicalImage, Optional<ReductionException>> known = new HashMap<>();

  /**
   * @param before prompt tokens before the image
   * @param behind prompt tokens after the image
   * @param clips folders that the method names
   */
  MethodTrial(SeenPictures pictures, MethodSpec method, int before, int behind, ClipFolders clips) {
    this.pictures = pictures;
    this.config = pictures.config();
    this.method = method;
    this.reducer = TokenReducers.of(method);
    this.before = before;
    this.behind = behind;
    this.clips = clips;
  }

  /**
   * Tries the method.
   *
   * @throws IOException if a CLIP folder cannot be copied to this host
   */
  TrialOutcome outcome() throws IOException {
    Map<String, ClipConfig> texts;
    try {
      texts = clips.configurations(List.of(method), config);
    } catch (CheckpointException e) {
      return TrialOutcome.refused(e.getMessage());
    }
    List<TypicalImage> images =
        new ArrayList<>(tried().stream().map(PictureKind::example).filter(this::fits).toList());
    if (images.isEmpty()) {
      images.addAll(pictures.possible().stream().filter(this::mayBeSeen).toList());
      if (images.isEmpty() || areKnown()) {
        return TrialOutcome.refused(reason(largest()) + figures(!images.isEmpty()));
      }
    }
    int typical = pictures.typical().patches();
    images.sort(Comparator.comparingInt(image -> Math.abs(image.patches() - typical)));
    ReductionException first = null;
    for (TypicalImage image : images.subList(0, Math.min(TRIES, images.size()))) {
      try {
        return new TrialOutcome(Optional.of(estimate(image, texts)), Optional.empty(), misfit());
      } catch (ReductionException e) {
        first = first == null ? e : first;
      }
    }
    return TrialOutcome.refused(first.getMessage());
  }

  // Says what the pictures have if another one would do, or if they do not fail alike.
  private String figures(boolean anotherWould) {
    List<PictureKind> kinds = pictures.kinds();
    return anotherWould
            || !kinds.isEmpty() && !reason(kinds.get(0).example()).equals(reason(largest()))
        ? Text.format(" (the examples' pictures have %s patches)", pictures.patches())
        : "";
  }

  private List<PictureKind> tried() {
    List<PictureKind> kinds = pictures.kinds();
    return isSlow() && kinds.size() > SLOW_KINDS
        ? IntStream.range(0, SLOW_KINDS)
            .mapToObj(i -> kinds.get(i * (kinds.size() - 1) / (SLOW_KINDS - 1)))
            .toList()
        : kinds;
  }

  private boolean isSlow() {
    return ScriptSpecs.isScript(method)
        || method.methods().stream().anyMatch(one -> one.parameters().containsKey(FLOPS));
  }

  private TypicalImage largest() {
    List<PictureKind> kinds = pictures.kinds();
    return kinds.isEmpty() ? pictures.largest() : kinds.get(kinds.size() - 1).example();
  }

  private MethodEstimate estimate(TypicalImage image, Map<String, ClipConfig> texts) {
    try {
      return of(image, texts);
    } catch (TooManyPatchesException e) {
      return of(image.smaller(), texts);
    }
  }

  private MethodEstimate of(TypicalImage image, Map<String, ClipConfig> texts) {
    CostModel cost = CostModel.of(config, image.image());
    return RunEstimate.of(cost, image, before, behind, List.of(method), texts::get)
        .methods()
        .get(0);
  }

  private boolean fits(TypicalImage image) {
    return failure(image).isEmpty();
  }

  // Another picture would do for a picture, another video for a video.
  private boolean mayBeSeen(TypicalImage image) {
    return (!areKnown() || image.ofVideo() == largest().ofVideo()) && fits(image);
  }

  private boolean areKnown() {
    return pictures.unknown() == 0 && !pictures.kinds().isEmpty();
  }

  private String reason(TypicalImage image) {
    return failure(image).orElseThrow().getMessage();
  }

  private Optional<ReductionException> failure(TypicalImage image) {
    return known.computeIfAbsent(image, this::counted);
  }

  /** Returns why the method has no number of tokens for an image; chooses none of them. */
  private Optional<ReductionException> counted(TypicalImage image) {
    CountedPatches all = new MethodCost(CostModel.of(config, image.image())).counted(image);
    try {
      TokenReducer sized = reducer.on(all);
      CountedPatches counted = sized.picture().map(all::within).orElse(all);
      int tokens = counted.views().stream().mapToInt(sized::tokens).sum();
      boolean whole = tokens == counted.views().stream().mapToInt(view -> view.tokens()).sum();
      LayerCut.of(sized, counted, whole ? counted.sequence() : tokens, counted.measures().layers());
      return Optional.empty();
    } catch (ReductionException e) {
      return Optional.of(e);
    } catch (TooManyPatchesException e) {
      return Optional.empty(); // each row says it
    }
  }

  private Optional<String> misfit() {
    List<PictureKind> kinds = pictures.kinds();
    if (tried().size() < kinds.size()) {
      return Optional.empty(); // not known
    }
    List<PictureKind> misfits = kinds.stream().filter(kind -> !fits(kind.example())).toList();
    if (misfits.isEmpty()) {
      return Optional.empty();
    }
    long rows = misfits.stream().mapToLong(PictureKind::rows).sum();
    long all = kinds.stream().mapToLong(PictureKind::rows).sum();
    return Optional.of(
        Text.format(
            "%s cannot reduce %,d of %s, whose answers will be the error %s (of one: %s)",
            method,
            rows,
            Texts.count(all, "picture"),
            ErrorKind.REDUCTION_FAILED.name().toLowerCase(Locale.ROOT),
            reason(misfits.get(misfits.size() - 1).example())));
  }
}
