package io.prumerge.model.decoder;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.TextConfig;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.PatchGrid;
import io.prumerge.model.DeviceFailures;
import io.prumerge.model.PassLimits;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.GroupState;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A small checkpoint's decoder on a device that has room for so much and no more, and a meter of
 * what ran on it.
 */
public final class MeteredDecoder implements AutoCloseable {

  private final Torch torch;
  private final LanguageModel model;
  private final Torch.Value rows;
  private PassWork ran = PassWork.NONE;
  private long rowsAtHead;

  /**
   * @param need what a pass needs
   * @param room what the device has
   */
  public MeteredDecoder(ToLongFunction<List<Passage>> need, long room) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    torch = TorchRuntime.open();
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      rows = loader.struct(checkpoint.config().decoder().ends());
      model =
          new LanguageModel(torch, checkpoint.config(), loader, CachePlan.GROUPS) {
            @Override
            public LayerPass pass(List<Passage> groups, ChoiceRules rules) {
              if (need.applyAsLong(groups) > room) {
                throw DeviceFailures.outOfMemory();
              }
              return super.pass(groups, rules);
            }

            @Override
            public Torch.Value span(
                Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
              for (Rows group : groups) {
                long count = (long) (to - from) * group.count();
                ran = ran.plus(new PassWork(count, count * group.end(), 0));
              }
              return super.span(x, index, groups, from, to);
            }

            @Override
            public DecoderEvidence evidence() {
              return metered(super.evidence(), config());
            }

            @Override
            public Torch.Value head(Torch.Value x) {
              rowsAtHead += elements(x) / config().hiddenSize();
              Torch.Value logits = super.head(x);
              ran = ran.plus(new PassWork(0, 0, elements(logits) / vocabulary()));
              return logits;
            }
          };
      loader.handOver();
    }
  }

  private DecoderEvidence metered(DecoderEvidence evidence, TextConfig text) {
    return new DecoderEvidence(evidence) {
      @Override
      public Torch.Value attention(QueryRows asking, int layer, List<Torch.Value> keys) {
        Torch.Value attention = super.attention(asking, layer, keys);
        long pairs = elements(attention) / text.heads().queries();
        ran = ran.plus(PassWork.attention(asking.count(), pairs / asking.count()));
        return attention;
      }

      @Override
      public Torch.Value projectedKeys(
          Torch.Value rows, int layer, Torch.Value lists, int at, int length) {
        ran = ran.plus(PassWork.keys(elements(rows) / text.hiddenSize()));
        return super.projectedKeys(rows, layer, lists, at, length);
      }

      @Override
      public Torch.Value relative(QueryRows asking, Torch.Value attention, VisualSlots slots) {
        long pairs = (long) asking.count() * slots.count();
        ran = ran.plus(PassWork.flops(2 * pairs * text.heads().width()));
        return super.relative(asking, attention, slots);
      }

      @Override
      public Torch.Value meanQueryAttention(Torch.Value x, int layer) {
        Torch.Value attention = super.meanQueryAttention(x, layer);
        ran = ran.plus(PassWork.meanQuery(elements(attention)));
        return attention;
      }

      @Override
      public Torch.Value keyCosines(Torch.Value keys) {
        Torch.Value cosines = super.keyCosines(keys);
        long width = (long) text.heads().keys() * text.heads().width();
        long rows = Math.round(Math.sqrt(elements(cosines)));
        ran = ran.plus(PassWork.flops(width * (3 * rows + 2 * rows * rows)));
        return cosines;
      }

      @Override
      public Torch.Value highPass(Torch.Value x, PatchGrid grid) {
        long sides = grid.rows() + grid.cols();
        ran = ran.plus(PassWork.flops(2 * grid.patches() * sides * text.hiddenSize()));
        return super.highPass(x, grid);
      }

      @Override
      public Torch.Value relevance(Torch.Value embeddings, Torch.Value visual) {
        Torch.Value relevance = super.relevance(embeddings, visual);
        long pairs = (long) elements(relevance) * (elements(visual) / text.hiddenSize());
        ran = ran.plus(PassWork.flops(2 * pairs * text.hiddenSize()));
        return relevance;
      }

      @Override
      public Torch.Value sums(Torch.Value x, float[] share, int n) {
        ran = ran.plus(PassWork.flops(2L * share.length * text.hiddenSize()));
        return super.sums(x, share, n);
      }
    };
  }

  /** Slots that a group's cache has filled after a pass. */
  public static int slots(Passage group) {
    return group.rows().stream().mapToInt(rows -> rows.cache().used()).sum();
  }

  private int elements(Torch.Value tokens) {
    try (Torch.Value host = torch.call("floats", tokens)) {
      return host.toFloats(torch).length;
    }
  }

  /** Visual tokens, each the embedding of the same id. */
  public ProjectedTokens visual(int id, int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, id);
    try (Torch.Value lists = model.indices(List.of(ids))) {
      return new ProjectedTokens(
          torch.call("llama_embed", rows, lists, 0, new int[0], List.of()), tokens);
    }
  }

  /** Greedy decoding that nothing but the number of tokens ends. */
  public GreedyDecoding decoding() {
    return decoding(new PassLimits(1, 4096, 1 << 20));
  }

  public GreedyDecoding decoding(PassLimits limits) {
    return new GreedyDecoding(passes(() -> {}), limits);
  }

  /** Its passes, after each of which something happens on the host. */
  public GreedyPasses passes(Runnable behind) {
    return new GreedyPasses(model, new StopTokens(List.of()), 1) {
      @Override
      public void run(List<GroupState> states) {
        super.run(states);
        behind.run();
      }
    };
  }

  /** Rows that came out of the last layer. */
  long rowsAtHead() {
    return rowsAtHead;
  }

  /** All that ran. */
  public PassWork ran() {
    return ran;
  }

  @Override
  public void close() {
    model.close();
    rows.close();
    torch.close();
  }
}
