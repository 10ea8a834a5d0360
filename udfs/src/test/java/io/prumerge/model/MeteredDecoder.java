package io.prumerge.model;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A small checkpoint's decoder on a device that has room for so much and no more, and a meter of
 * what ran on it.
 */
final class MeteredDecoder implements AutoCloseable {

  private final Torch torch;
  private final LanguageModel model;
  private final Torch.Value rows;
  private PassWork ran = PassWork.NONE;

  /**
   * @param need what a pass needs
   * @param room what the device has
   */
  MeteredDecoder(ToLongFunction<List<Passage>> need, long room) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    torch = TorchRuntime.open();
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      rows = loader.struct(checkpoint.config().decoder().ends());
      model =
          new LanguageModel(torch, checkpoint.config(), loader) {
            @Override
            Torch.Value forward(List<Passage> groups) {
              if (need.applyAsLong(groups) > room) {
                throw DeviceFailures.outOfMemory();
              }
              return super.forward(groups);
            }

            @Override
            Torch.Value span(Torch.Value x, List<Rows> groups, int from, int to) {
              for (Rows group : groups) {
                long count = (long) (to - from) * group.count();
                ran = ran.plus(new PassWork(count, count * group.cache().used(), 0));
              }
              return super.span(x, groups, from, to);
            }

            @Override
            Torch.Value attention(
                CutAttention.Asking asking, int layer, List<Torch.Value> keys, int[] segments) {
              ran = ran.plus(PassWork.attention(asking.count(), segments.length));
              return super.attention(asking, layer, keys, segments);
            }

            @Override
            Torch.Value keysAhead(Torch.Value x, int layer, int[] positions, int ropeLength) {
              ran = ran.plus(PassWork.keys(positions.length));
              return super.keysAhead(x, layer, positions, ropeLength);
            }

            @Override
            float[] relative(
                CutAttention.Asking asking, Torch.Value attention, int firstSlot, int[] columns) {
              long pairs = (long) asking.count() * columns.length;
              ran = ran.plus(PassWork.flops(2 * pairs * config().headDim()));
              return super.relative(asking, attention, firstSlot, columns);
            }

            @Override
            float[] meanQueryAttention(Torch.Value x, int layer) {
              float[] attention = super.meanQueryAttention(x, layer);
              ran = ran.plus(PassWork.meanQuery(attention.length));
              return attention;
            }

            @Override
            float[] keyCosines(Torch.Value keys) {
              float[] cosines = super.keyCosines(keys);
              long width = (long) config().kvHeads() * config().headDim();
              long rows = Math.round(Math.sqrt(cosines.length));
              ran = ran.plus(PassWork.flops(width * (3 * rows + 2 * rows * rows)));
              return cosines;
            }

            @Override
            float[] relevance(Torch.Value embeddings, Torch.Value visual) {
              float[] relevance = super.relevance(embeddings, visual);
              long pairs = (long) relevance.length * (elements(visual) / config().hiddenSize());
              ran = ran.plus(PassWork.flops(2 * pairs * config().hiddenSize()));
              return relevance;
            }

            @Override
            Torch.Value sums(Torch.Value x, float[] share, int n) {
              ran = ran.plus(PassWork.flops(2L * share.length * config().hiddenSize()));
              return super.sums(x, share, n);
            }

            @Override
            Torch.Value head(Torch.Value x, int[] outputs) {
              ran = ran.plus(new PassWork(0, 0, outputs.length));
              return super.head(x, outputs);
            }
          };
      loader.handOver();
    }
  }

  /** Slots that a group's cache has filled after a pass. */
  static int slots(Passage group) {
    return group.rows().stream().mapToInt(rows -> rows.cache().used()).sum();
  }

  private int elements(Torch.Value tokens) {
    try (Torch.Value host = torch.call("floats", tokens)) {
      return host.toFloats(torch).length;
    }
  }

  /** Visual tokens, each the embedding of the same id. */
  ProjectedTokens visual(int id, int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, id);
    return new ProjectedTokens(torch.call("embed", rows, ids, new int[0], List.of()), tokens);
  }

  /** Greedy decoding that nothing but the number of tokens ends. */
  GreedyDecoding decoding() {
    return decoding(new PassLimits(1, 4096, 1 << 20));
  }

  GreedyDecoding decoding(PassLimits limits) {
    return new GreedyDecoding(new GreedyPasses(torch, model, new StopTokens(List.of())), limits);
  }

  /** All that ran. */
  PassWork ran() {
    return ran;
  }

  @Override
  public void close() {
    model.close();
    rows.close();
    torch.close();
  }
}
