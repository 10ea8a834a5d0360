package io.prumerge.model.tower;

import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerEvidenceVisitor;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Computes a piece of evidence of a view, for the caller to close. A {@link ReductionException}
 * says that the tower does not have it.
 *
 * @param sources what it is computed from, of each of {@link TowerEvidence#views}; none where it is
 *     from the tower's states
 * @param texts computes evidence of a text
 */
record EvidenceReading(
    Torch torch,
    ViewEvidence states,
    PatchTokens view,
    List<Torch.Value> sources,
    Function<TowerEvidence.OfText, Torch.Value> texts)
    implements TowerEvidenceVisitor<Torch.Value> {

  private Torch.Value source() {
    return sources.get(0);
  }

  @Override
  public Torch.Value fullWidthAttention(TowerEvidence.FullWidthAttention attention) {
    return states.fullWidthAttention();
  }

  @Override
  public Torch.Value classAttention(TowerEvidence.ClassAttention attention) {
    return states.attention("class_attention", attention.layer());
  }

  @Override
  public Torch.Value patchAttention(TowerEvidence.PatchAttention attention) {
    return states.attention("patch_attention", attention.layer());
  }

  @Override
  public Torch.Value columnAttention(TowerEvidence.ColumnAttention attention) {
    return states.columnAttention(attention.layer());
  }

  @Override
  public Torch.Value keyProducts(TowerEvidence.KeyProducts products) {
    return states.ofKeys("key_products", products.layer());
  }

  @Override
  public Torch.Value headMeanKeys(TowerEvidence.HeadMeanKeys keys) {
    return states.ofKeys("mean_keys", keys.layer());
  }

  @Override
  public Torch.Value features(TowerEvidence.Features features) {
    return states.features();
  }

  @Override
  public Torch.Value projected(TowerEvidence.Projected projected) {
    return states.afterConnector();
  }

  @Override
  public Torch.Value smallImage(TowerEvidence.SmallImage image) {
    return states.small(image.side());
  }

  @Override
  public Torch.Value loadings(TowerEvidence.Loadings loadings) {
    return torch.call("loadings", source());
  }

  @Override
  public Torch.Value cosines(TowerEvidence.Cosines cosines) {
    return switch (cosines) {
      case OF_FEATURES -> states.cosines(source());
      case OF_PROJECTED -> torch.call("cosines", source());
      case DAMPED_OF_PROJECTED -> torch.call("damped_cosines", source());
    };
  }

  @Override
  public Torch.Value transportKernel(TowerEvidence.TransportKernel kernel) {
    return torch.call("transport_kernel", source());
  }

  @Override
  public Torch.Value sequenceCosines(TowerEvidence.SequenceCosines cosines) {
    return pairs("cosines", cosines);
  }

  @Override
  public Torch.Value sequenceKernel(TowerEvidence.SequenceKernel kernel) {
    return pairs("transport_kernel", kernel);
  }

  private Torch.Value pairs(String function, TowerEvidence.OfSequence evidence) {
    int[] rows =
        view.tiles()
            .map(tiles -> evidence.learned() ? tiles.sequence() : tiles.patches())
            .orElseGet(() -> IntStream.range(0, evidence.rows()).toArray());
    return states.pairs(function, sources, view.count(), rows);
  }

  @Override
  public Torch.Value approximationErrors(TowerEvidence.ApproximationErrors errors) {
    int basis = errors.basisOf(view.count());
    return torch.call("approximation_errors", source(), basis, errors.start(view));
  }

  @Override
  public Torch.Value earlierCosines(TowerEvidence.EarlierCosines cosines) {
    return torch.call("same_row_cosines", sources.get(0), sources.get(1));
  }

  @Override
  public Torch.Value centreScores(TowerEvidence.CentreScores scores) {
    try (Torch.Value list = torch.list(sources)) {
      return torch.call("centre_scores", list);
    }
  }

  @Override
  public Torch.Value meanDistances(TowerEvidence.MeanDistances distances) {
    int[] patches = distances.patches().stream().mapToInt(Integer::intValue).toArray();
    try (Torch.Value list = torch.list(sources)) {
      return torch.call("mean_distances", list, patches);
    }
  }

  @Override
  public Torch.Value ofText(TowerEvidence.OfText evidence) {
    return texts.apply(evidence);
  }
}
