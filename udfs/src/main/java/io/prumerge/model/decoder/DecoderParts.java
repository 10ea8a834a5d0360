package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.Optional;

/**
 * The decoder's weights on its device, and what goes with them, for work that is no pass of
 * questions. The model closes them.
 *
 * @param torch the module that they are arguments of
 * @param text the decoder's dimensions
 * @param ends struct of the decoder's ends
 * @param layers list of its layers' structs
 * @param like tensors of the device and precision
 * @param rope the rotary embedding, where positions are rotated
 */
public record DecoderParts(
    Torch torch,
    TextConfig text,
    Torch.Value ends,
    Torch.Value layers,
    Torch.Value like,
    Optional<RopeFrequencies> rope) {}
