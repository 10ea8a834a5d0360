package io.prumerge.model.text;

import io.prumerge.torch.Torch;

/**
 * A text in CLIP's space.
 *
 * @param pieces [M, P], on the device; the caller closes them
 * @param count M
 * @param flops of reading the text
 */
record TextFeatures(Torch.Value pieces, int count, long flops) implements AutoCloseable {
  @Override
  public void close() {
    pieces.close();
  }
}
