package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rules on the device, over evidence from the host. */
final class DeviceRules implements AutoCloseable {

  private final Torch torch = TorchRuntime.open();

  /** Returns what a cut sees, once its rule on the device has looked. */
  SeenTokens seen(LayerCut cut, int tokens, Map<Evidence, float[]> evidence) {
    List<Object> arguments = new ArrayList<>();
    for (Evidence one : cut.sees()) {
      arguments.add(torch.tensor(evidence.get(one), shape(one, tokens, evidence)));
    }
    DeviceRule rule = cut.onDevice(tokens).orElseThrow();
    arguments.addAll(rule.numbers());
    return new SeenTokens(tokens, call(rule.function(), arguments));
  }

  /** Returns what a function gives for tensors, closed here, and numbers. */
  float[] call(String function, List<Object> arguments) {
    try (Torch.Value result = torch.call(function, arguments.toArray());
        Torch.Value host = torch.call("floats", result)) {
      return host.toFloats(torch);
    } finally {
      for (Object argument : arguments) {
        if (argument instanceof Torch.Value value) {
          value.close();
        }
      }
    }
  }

  Torch.Value tensor(float[] values, long... shape) {
    return torch.tensor(values, shape);
  }

  private static long[] shape(Evidence one, int tokens, Map<Evidence, float[]> evidence) {
    int size = evidence.get(one).length;
    if (one instanceof Evidence.TextHeadAttention) {
      int text = evidence.get(new Evidence.TextRelevance()).length;
      return new long[] {size / text / tokens, text, tokens};
    }
    if (one instanceof Evidence.TextAttention) {
      return new long[] {size / tokens, tokens};
    }
    if (one instanceof Evidence.Keys keys) {
      int width = evidence.get(new Evidence.Keys(keys.layer())).length / tokens;
      return new long[] {size / width, width};
    }
    if (one instanceof Evidence.Hidden hidden) {
      Evidence visual = new Evidence.Hidden(hidden.layer(), EvidenceRows.VISUAL, hidden.normed());
      int width = evidence.get(visual).length / tokens;
      return new long[] {size / width, width};
    }
    return one instanceof Evidence.KeyCosines ? new long[] {tokens, tokens} : new long[] {size};
  }

  @Override
  public void close() {
    torch.close();
  }
}
