package io.prumerge.model.script;

import ai.djl.Device;
import io.prumerge.cost.TowerShape;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.EvidenceForm;
import io.prumerge.reduction.EvidenceSizes;
import io.prumerge.reduction.EvidenceValues;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.ScriptRuntime;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.script.ScriptFile;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tries users' scripts on the processor before a run: on made-up evidence of the shapes that a
 * model gives, in fp32.
 */
public final class ScriptProbe implements ScriptRuntime {

  // Multiples of the golden ratio modulo 1 are spread evenly, and no two of them are equal.
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  @Override
  public Map<String, String> describe(ScriptFile file) {
    try (Torch host = TorchRuntime.open();
        UserScript script = new UserScript(host, file, Device.cpu())) {
      return script.describe();
    } catch (TorchException e) {
      throw new IllegalArgumentException(
          file.name()
              + " is no TorchScript file that libtorch "
              + TorchRuntime.version()
              + " can load: "
              + e.reason(),
          e);
    }
  }

  /**
   * Has a script choose, twice.
   *
   * @param tower the model's tower
   * @param decoderWidth of the patches after the connector
   * @throws io.prumerge.reduction.ReductionException if the script fails, its answer is no choice,
   *     or its answers differ
   */
  public static ScriptChoice choose(ScriptCall call, TowerShape tower, int decoderWidth) {
    PatchGrid grid = PatchGrid.square((int) Math.round(Math.sqrt(tower.patches())));
    List<Torch.Value> seen = new ArrayList<>();
    try (Torch host = TorchRuntime.open();
        UserScript script = new UserScript(host, call.file(), Device.cpu());
        Torch.Value one = host.tensor(new float[1], 1);
        Torch.Value like = host.list(List.of(one))) {
      for (TowerEvidence evidence : call.sees().values()) {
        seen.add(madeUp(host, evidence, tower, decoderWidth));
      }
      ScriptChoice first = script.choose(call, seen, grid, like);
      if (!first.equals(script.choose(call, seen, grid, like))) {
        throw call.failure(
            "it returned different tokens for the same evidence; it may not draw random numbers or"
                + " keep a state");
      }
      return first;
    } finally {
      seen.forEach(Torch.Value::close);
    }
  }

  private static Torch.Value madeUp(
      Torch host, TowerEvidence evidence, TowerShape tower, int decoderWidth) {
    int patches = tower.patches();
    EvidenceForm form =
        evidence.form(
            new EvidenceSizes(
                patches,
                Math.toIntExact(tower.features().width()),
                decoderWidth,
                tower.width() / tower.heads(),
                1,
                1));
    float[] values = spread(form.size());
    if (form.values() == EvidenceValues.ATTENTION) {
      for (int i = 0; i < patches; i++) {
        values[i] /= patches;
      }
    }
    return host.tensor(values, form.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  private static float[] spread(int count) {
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((i + 1) * GOLDEN % 1);
    }
    return values;
  }
}
