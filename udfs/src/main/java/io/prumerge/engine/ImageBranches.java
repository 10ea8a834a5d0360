package io.prumerge.engine;

import io.prumerge.model.EncodedViews;
import io.prumerge.model.ImageTokens;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.TokenSelection;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One image under all methods: each reduced, the same tokens projected once. */
final class ImageBranches implements AutoCloseable {

  private final LlavaModel model;
  private final Map<List<TokenSelection>, SharedTokens> selected = new HashMap<>();
  private final List<Branch> branches = new ArrayList<>();

  /**
   * Applies the reducers; one that cannot reduce this image fails on the sheet.
   *
   * @throws io.prumerge.model.TorchException if the device cannot do it
   */
  ImageBranches(
      List<TokenReducer> reducers, EncodedViews image, LlavaModel model, AnswerSheet sheet) {
    this.model = model;
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

  private Branch reduce(int method, TokenReducer reducer, EncodedViews image) {
    long start = System.nanoTime();
    double evidenceBefore = evidenceMillis(image);
    try (ImageTokens reduction = image.reduce(reducer)) {
      TokenReducer applied = reduction.applied();
      double selectMillis =
          ImageAnswerer.millisSince(start) - (evidenceMillis(image) - evidenceBefore);
      List<LayerCut> cuts = LayerCut.of(applied, reduction.tokens(), image.decoderLayers());
      SharedTokens tokens =
          selected.computeIfAbsent(
              reduction.selection(),
              selection -> new SharedTokens(model.project(reduction), reduction.projections()));
      double evidence = evidenceMillis(image) - evidenceBefore;
      return new Branch(
          method,
          reducer.spec().toString(),
          applied == reducer ? null : applied.spec().toString(),
          reduction.work(),
          image.tokens(),
          reduction.keptIndices().orElse(null),
          tokens,
          cuts,
          image.towerLayers(reducer),
          reduction.looks(),
          reduction.towerMillis(),
          ImageAnswerer.millisSince(start) - evidence,
          selectMillis);
    }
  }

  private static double evidenceMillis(EncodedViews image) {
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
