package io.prumerge.model;

import java.util.List;

/**
 * What a run of the tower left of one image, on the device.
 *
 * @param features selected features [N + 1, F], CLS first
 * @param lastInput input of the tower's last layer [N + 1, C]; not to be read unless {@code
 *     reachesLast}
 * @param queries of the watched layers, a list of [heads, N + 1, head]
 * @param keys likewise
 * @param watched indices of these layers, rising
 * @param reachesLast whether the tower was run to its last layer's input
 */
record TowerStates(
    Torch.Value features,
    Torch.Value lastInput,
    Torch.Value queries,
    Torch.Value keys,
    List<Integer> watched,
    boolean reachesLast)
    implements AutoCloseable {

  @Override
  public void close() {
    features.close();
    lastInput.close();
    queries.close();
    keys.close();
  }
}
