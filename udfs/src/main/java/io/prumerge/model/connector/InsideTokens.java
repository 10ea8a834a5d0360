package io.prumerge.model.connector;

import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerTokens;
import io.prumerge.reduction.run.TowerPath;
import io.prumerge.torch.Torch;
import java.util.List;

/**
 * What a method's own run of the tower left of one image.
 *
 * @param rows features of the tokens [tokens, F]; null where the method failed
 * @param patches of each token the patches that it is the mean of, rising; null where the method
 *     failed
 * @param path the positions in the layers; null where the method failed
 * @param failure why it failed; null where it did not
 */
public record InsideTokens(
    Torch.Value rows,
    List<int[]> patches,
    TowerTokens path,
    double millis,
    ReductionException failure)
    implements AutoCloseable {

  /** Returns the patches that are left as they are, in the order of the tokens. */
  public int[] kept() {
    return TowerPath.singlePatches(patches);
  }

  public static InsideTokens failed(ReductionException why) {
    return new InsideTokens(null, null, null, 0, why);
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.close();
    }
  }
}
