package io.prumerge.engine;

import io.prumerge.cost.ReductionWork;
import io.prumerge.model.EncodedImage;
import io.prumerge.model.Projector;
import io.prumerge.model.TokenSelection;
import io.prumerge.model.VisualTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One image under all methods: each reduced, the same tokens projected once. */
final class ImageBranches implements AutoCloseable {

  private final Projector projector;
  private final Map<TokenSelection, SharedTokens> selected = new HashMap<>();
  private final List<Branch> branches = new ArrayList<>();

  /**
   * Applies the reducers; one that cannot reduce this image fails on the sheet.
   *
   * @throws io.prumerge.model.TorchException if the device cannot do it
   */
  ImageBranches(
      List<TokenReducer> reducers, EncodedImage image, Projector projector, AnswerSheet sheet) {
    this.projector = projector;
    try {
      for (int m = 0; m < reducers.size(); m++) {
        try {
          branches.add(reduce(m, reducers.get(m), image));
        } catch (ReductionException e) {
          sheet.fail(m, ErrorKind.REDUCTION_FAILED.with(e.getMessage()));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    sheet.seen(image.evidenceMillis());
  }

  private Branch reduce(int method, TokenReducer reducer, EncodedImage image) {
    long start = System.nanoTime();
    double evidenceBefore = evidenceMillis(image);
    int looksBefore = image.looks().size();
    TokenReducer applied = reducer.on(image);
    try (VisualTokens reduction = (VisualTokens) applied.reduce(image)) {
      double selectMillis =
          ImageAnswerer.millisSince(start) - (evidenceMillis(image) - evidenceBefore);
      List<LayerCut> cuts = LayerCut.of(applied, reduction.tokens(), image.measures().layers());
      SharedTokens tokens =
          selected.computeIfAbsent(
              reduction.selection(),
              selection ->
                  new SharedTokens(
                      projector.project(reduction), reduction.stage() == Stage.BEFORE_CONNECTOR));
      List<TowerEvidence> looks = image.looks();
      double evidence = evidenceMillis(image) - evidenceBefore;
      return new Branch(
          method,
          reducer.spec().toString(),
          applied == reducer ? null : applied.spec().toString(),
          ReductionWork.of(applied, reduction),
          reduction.keptIndices().orElse(null),
          tokens,
          cuts,
          image.towerLayers(reducer),
          Set.copyOf(looks.subList(looksBefore, looks.size())),
          reduction.towerMillis(),
          ImageAnswerer.millisSince(start) - evidence,
          selectMillis);
    }
  }

  private static double evidenceMillis(EncodedImage image) {
    return image.evidenceMillis().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static boolean alike(Branch one, Branch other) {
    return one.tokens() == other.tokens() && one.cuts().equals(other.cuts());
  }

  /**
   * The methods with the same tokens in all layers, for all of these together, in the methods'
   * order.
   */
  List<List<Branch>> byTokens() {
    List<List<Branch>> groups = new ArrayList<>();
    for (Branch branch : branches) {
      groups.stream()
          .filter(group -> alike(group.get(0), branch))
          .findFirst()
          .ifPresentOrElse(
              group -> group.add(branch), () -> groups.add(new ArrayList<>(List.of(branch))));
    }
    return groups;
  }

  @Override
  public void close() {
    selected.values().forEach(SharedTokens::close);
  }
}
