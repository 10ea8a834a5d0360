package io.prumerge.model.decoder;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.PassLimits;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.GroupState;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A checkpoint's decoder that remembers what each pass said, and what its rows saw. */
public final class HeardDecoder implements AutoCloseable {

  /**
   * One pass.
   *
   * @param logits of all its outputs
   * @param seen by layer, the slots that were in the cache of the last group before its rows
   */
  public record Pass(float[] logits, List<Integer> seen) {}

  private final Torch torch;
  private final LanguageModel model;
  private final List<Pass> passes = new ArrayList<>();
  private List<Integer> seen = new ArrayList<>();

  public HeardDecoder(Checkpoint checkpoint, CachePlan plan) {
    torch = TorchRuntime.open();
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      model =
          new LanguageModel(torch, checkpoint.config(), loader, plan) {
            @Override
            Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
              for (int layer = from; layer < to; layer++) {
                seen.add(groups.get(groups.size() - 1).past());
              }
              return super.span(x, index, groups, from, to);
            }

            @Override
            Torch.Value head(Torch.Value x) {
              Torch.Value logits = super.head(x);
              try (Torch.Value host = torch.call("floats", logits)) {
                passes.add(new Pass(host.toFloats(torch), seen));
              }
              seen = new ArrayList<>();
              return logits;
            }
          };
      model.stack().limit(plan.slots(Integer.MAX_VALUE));
      loader.handOver();
    }
  }

  /** Returns tokens of these rows. */
  public ProjectedTokens visual(float[] rows, int tokens) {
    return new ProjectedTokens(torch.tensor(rows, tokens, rows.length / tokens), tokens);
  }

  /** Returns the answers of groups in one batch, and forgets the passes before. */
  public List<List<Generation>> generate(List<PromptGroup> groups) {
    passes.clear();
    return new GreedyDecoding(passes(state -> {}), new PassLimits(1, 4096, 8192)).generate(groups);
  }

  /** Its passes, after each of which the first state of it is looked at. */
  public GreedyPasses passes(Consumer<GroupState> behind) {
    return new GreedyPasses(model, new StopTokens(List.of()), 1) {
      @Override
      public void run(List<GroupState> states) {
        super.run(states);
        behind.accept(states.get(0));
      }
    };
  }

  /** Returns the last passes. */
  public List<Pass> last(int count) {
    return passes.subList(passes.size() - count, passes.size());
  }

  /** Returns the slots of the pool that nobody has. */
  public int free() {
    return ((PooledLayers) model.stack()).free();
  }

  @Override
  public void close() {
    model.close();
    torch.close();
  }
}
