package io.prumerge.model.decoder;

import io.prumerge.checkpoint.TextConfig;
import io.prumerge.torch.Torch;

/**
 * The decoder's weights on its device, and what goes with them, for work that is no pass of
 * questions. The model closes them.
 *
 * @param torch the module that they are arguments of
 * @param text the decoder's dimensions
 * @param ends struct {@code LlamaEnds}
 * @param layers list of {@code LlamaLayer}
 * @param like tensors of the device and precision
 * @param rope the rotary embedding
 */
public record DecoderParts(
    Torch torch,
    TextConfig text,
    Torch.Value ends,
    Torch.Value layers,
    Torch.Value like,
    RopeFrequencies rope) {}
