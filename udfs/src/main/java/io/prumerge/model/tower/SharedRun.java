package io.prumerge.model.tower;

import io.prumerge.torch.Torch;
import java.util.List;

/**
 * What the run that all methods share left of a batch.
 *
 * @param queries of the watched layers, a list of [B, heads, T, head]
 * @param keys likewise
 * @param values of the layers from 0 on, likewise
 */
record SharedRun(
    Torch.Value queries, Torch.Value keys, Torch.Value values, List<Integer> watched) {}
