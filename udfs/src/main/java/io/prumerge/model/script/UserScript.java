package io.prumerge.model.script;

import ai.djl.Device;
import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.script.ScriptFile;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A user's script on one device. Thread-safe if the script itself is. */
public final class UserScript implements AutoCloseable {

  private static final String DESCRIBE = "describe";
  private static final String FORWARD = "forward";

  // A method may add tokens to the patches, such as one that stands for all.
  private static final int MOST_ROWS_PER_PATCH = 2;

  private static final int INT64 = 4;
  private static final int FLOAT32 = 6;
  // TorchScript's numbers of the types that a script returns by mistake.
  private static final Map<Integer, String> TYPES =
      Map.of(
          1,
          "int8",
          3,
          "int32",
          INT64,
          "int64",
          5,
          "float16",
          FLOAT32,
          "float32",
          7,
          "float64",
          11,
          "bool",
          15,
          "bfloat16");

  private final Torch host;
  private final Torch script;

  /**
   * @param host has the functions that hand tensors over and look at the answer; not closed here
   * @throws TorchException if the file is no TorchScript archive
   */
  UserScript(Torch host, ScriptFile file, Device device) {
    this.host = host;
    this.script = Torch.load(file, device);
  }

  /**
   * Returns the script's description of itself.
   *
   * @throws IllegalArgumentException if it lacks a method, or describes itself with other than
   *     texts
   */
  Map<String, String> describe() {
    for (String method : List.of(DESCRIBE, FORWARD)) {
      if (!script.methods().contains(method)) {
        throw new IllegalArgumentException(
            Text.format(
                "the script has no method %s; a reducer has describe() -> Dict[str, str], marked"
                    + " with @torch.jit.export, and forward(evidence, numbers)",
                method));
      }
    }
    try (Torch.Value described = script.call(DESCRIBE)) {
      return described.texts();
    } catch (TorchException e) {
      throw new IllegalArgumentException(
          "its describe() must return Dict[str, str]: " + e.reason(), e);
    }
  }

  /**
   * Has the script choose.
   *
   * @param seen a tensor for each of {@code call.sees()}, in its order
   * @param grid of the patches
   * @param like a tensor on the script's device, in a list
   * @throws io.prumerge.reduction.ReductionException if the script fails, or its answer is no
   *     choice
   * @throws TorchException if the device has no memory, or is lost
   */
  public ScriptChoice choose(
      ScriptCall call, List<Torch.Value> seen, PatchGrid grid, Torch.Value like) {
    double[] numbers = call.numbers().values().stream().mapToDouble(Double::doubleValue).toArray();
    String names = String.join(",", call.sees().keySet());
    String keys = String.join(",", call.numbers().keySet());
    int[] sides = {grid.rows(), grid.cols()};
    try (Torch.Value evidence = host.call("script_evidence", names, seen, sides, like);
        Torch.Value values = host.call("script_numbers", keys, numbers);
        Torch.Value answer = script.call(FORWARD, evidence, values)) {
      return checked(call, answer, grid.patches());
    } catch (TorchException e) {
      if (e.outOfMemory() || e.deviceLost()) {
        throw new TorchException("script " + call.file().name(), e.getCause());
      }
      throw call.failure(e.reason());
    }
  }

  private ScriptChoice checked(ScriptCall call, Torch.Value answer, int patches) {
    if (answer.isTensor()) {
      return ScriptChoice.ofIndices(call, kept(call, answer, patches), patches);
    }
    Torch.Value[] parts = answer.isTuple() ? answer.elements() : new Torch.Value[0];
    try {
      if (parts.length != 2 || !parts[0].isTensor() || !parts[1].isTensor()) {
        throw call.failure(
            Text.format(
                "it returned %s; it must return a tensor of patches, or a tuple of these and"
                    + " weights",
                answer.type()));
      }
      return ScriptChoice.sums(
          call, kept(call, parts[0], patches), weights(call, parts[1], patches), patches);
    } finally {
      Arrays.stream(parts).forEach(Torch.Value::close);
    }
  }

  private long[] kept(ScriptCall call, Torch.Value tensor, int patches) {
    long[] layout = layout(tensor);
    if (layout[0] != INT64 || layout.length != 2) {
      throw call.failure("it returned patches as " + spelt(layout) + "; they must be int64 [m]");
    }
    requireFew(call, "patches", layout[1], patches, patches);
    try (Torch.Value longs = host.call("longs", tensor)) {
      return longs.toLongs(host);
    }
  }

  private float[] weights(ScriptCall call, Torch.Value tensor, int patches) {
    long[] layout = layout(tensor);
    if (layout[0] != FLOAT32 || layout.length != 3 || layout[2] != patches) {
      throw call.failure(
          Text.format(
              "it returned weights as %s; they must be float32 [tokens, %d]",
              spelt(layout), patches));
    }
    requireFew(call, "rows of weights", layout[1], MOST_ROWS_PER_PATCH * patches, patches);
    try (Torch.Value weights = host.call("floats", tensor)) {
      return weights.toFloats(host);
    }
  }

  // More than there can be are not copied: a view of one number may have any size.
  private static void requireFew(
      ScriptCall call, String what, long returned, int most, int patches) {
    if (returned > most) {
      throw call.failure(
          Text.format(
              "it returned %,d %s of an image with patches 0 to %d; at most %,d are taken",
              returned, what, patches - 1, most));
    }
  }

  // Its type, then its sizes: a tensor of an unexpected type must not reach Java.
  private long[] layout(Torch.Value tensor) {
    try (Torch.Value layout = host.call("layout", tensor)) {
      return layout.ints();
    }
  }

  private static String spelt(long[] layout) {
    return TYPES.getOrDefault((int) layout[0], "type " + layout[0])
        + " "
        + Arrays.toString(Arrays.copyOfRange(layout, 1, layout.length));
  }

  @Override
  public void close() {
    script.close();
  }
}
