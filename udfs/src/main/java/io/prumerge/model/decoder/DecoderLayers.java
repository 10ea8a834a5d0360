package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.List;

/** The decoder's layers, over the new rows of several sequence groups at once. */
public interface DecoderLayers extends AutoCloseable {

  /**
   * Returns an empty cache over the layers {@code from} to {@code to - 1}.
   *
   * @param expected positions to reserve
   */
  public KvCache newCache(int from, int to, int expected);

  /**
   * Returns an empty KV cache over all layers for a prefix of {@code slots} positions, outside of
   * what {@link #limit} counts. No pass has rows of it and of other caches.
   */
  KvCache cacheAlone(int slots);

  /**
   * Returns the lists of whole numbers that {@link #span} wants on the device; the first has the
   * rows' positions.
   */
  List<int[]> lists(List<Rows> groups);

  /**
   * Runs the layers {@code from} to {@code to - 1}.
   *
   * @param x hidden states [rows, D] of all groups' rows, which stay as they are, and after them
   *     what {@link LanguageModel#width} says
   * @param groups whose slots are taken already
   * @return hidden states after these layers; after the last layer [outputs, D] of those rows alone
   *     whose logits are wanted, since all that is needed of the others are its keys and values
   */
  Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to);

  /** Returns the structs of the layers' weights. */
  Torch.Value weights();

  /**
   * Says for how many positions there is memory in all caches together. Layers that have it all at
   * once take it with the first cache.
   */
  public void limit(long slots);

  @Override
  void close();
}
