package io.prumerge.model.text;

import io.prumerge.torch.Torch;

/**
 * Evidence with its cost.
 *
 * @param rows fp32, on the device; the caller closes them
 * @param flops of computing them from their source
 */
public record TextEvidence(Torch.Value rows, long flops) {}
