package io.prumerge.model.connector;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerTokens;
import io.prumerge.torch.Torch;

/**
 * What a method's own run of the tower left of one image.
 *
 * @param rows features of the tokens [tokens, F]; null where the method failed
 * @param kept the patches that are left as they are, in the order of the tokens
 * @param groups the patches that each token is made of; null where the method failed
 * @param path the positions in the layers; null where the method failed
 * @param failure why it failed; null where it did not
 */
public record InsideTokens(
    Torch.Value rows,
    int[] kept,
    PatchGroups groups,
    TowerTokens path,
    double millis,
    ReductionException failure)
    implements AutoCloseable {

  /** What they are of an image. */
  public record Key(InTower method, int tokens) {}

  public static InsideTokens failed(ReductionException why) {
    return new InsideTokens(null, null, null, null, 0, why);
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.close();
    }
  }
}
