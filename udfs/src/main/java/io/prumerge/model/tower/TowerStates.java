package io.prumerge.model.tower;

import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run of the tower left of one image, on the device; or of a batch, with B in front.
 *
 * @param features selected features [T, F], CLS first where there is one
 * @param lastInput input of the tower's last layer [T, C]; null of a tower that nothing scores
 * @param queries of the watched layers, a list of [heads, T, head]
 * @param keys likewise
 * @param watched indices of these layers, rising
 * @param layers that ran; the features and the last layer's input are there if these did
 */
record TowerStates(
    Torch.Value features,
    Torch.Value lastInput,
    Torch.Value queries,
    Torch.Value keys,
    List<Integer> watched,
    int layers)
    implements AutoCloseable {

  /** Returns the states of one image of the batch, to be closed separately. */
  TowerStates image(Torch torch, int place) {
    List<Torch.Value> open = new ArrayList<>();
    try {
      open.add(torch.call("row", features, place));
      open.add(torch.call("row", lastInput, place));
      open.add(torch.call("rows_of", queries, place));
      open.add(torch.call("rows_of", keys, place));
      return new TowerStates(open.get(0), open.get(1), open.get(2), open.get(3), watched, layers);
    } catch (RuntimeException e) {
      open.forEach(Torch.Value::close);
      throw e;
    }
  }

  @Override
  public void close() {
    features.close();
    if (lastInput != null) {
      lastInput.close();
    }
    queries.close();
    keys.close();
  }
}
