package io.prumerge.model;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.checkpoint.TextConfig;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.SeenTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A Llama decoder in plain loops over one whole sequence, without a cache, for checkpoints in F32
 * without biases. Cuts are made by hand: before their layer, rows are left out.
 */
final class PlainDecoder {

  private final TextConfig text;
  private final Map<String, float[]> ends;
  private final List<Map<String, float[]>> layers = new ArrayList<>();

  PlainDecoder(Checkpoint checkpoint) {
    this.text = checkpoint.config().text();
    LlamaWeights weights = checkpoint.config().decoder();
    this.ends = read(checkpoint, weights.ends());
    for (int layer = 0; layer < text.layers(); layer++) {
      layers.add(read(checkpoint, weights.layer(layer)));
    }
  }

  private static Map<String, float[]> read(Checkpoint checkpoint, WeightBlock block) {
    Map<String, float[]> values = new HashMap<>();
    for (Weight weight : block.weights()) {
      if (weight.read()) {
        values.put(weight.field(), floats(checkpoint.tensor(block.name(weight))));
      }
    }
    return values;
  }

  private static float[] floats(TensorEntry entry) {
    try (FileChannel file = FileChannel.open(entry.file())) {
      ByteBuffer bytes = ByteBuffer.allocate((int) entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      file.read(bytes, entry.offset());
      float[] values = new float[(int) entry.elements()];
      bytes.flip().asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of one sequence in one layer. */
  private static final class Sequence {
    double[][] x;
    int[] positions;
    int prompt; // rows of the prompt; those behind them are generated tokens
    int visual; // visual tokens that are left
  }

  /**
   * Returns the logits behind the last token.
   *
   * @param ids of prompt and generated tokens, one of them for all visual tokens
   * @param slot its index
   * @param visual rows of the visual tokens
   * @param generated how many of the ids are generated
   */
  double[] logits(int[] ids, int slot, float[] visual, int generated, List<LayerCut> cuts) {
    int width = text.hiddenSize();
    Sequence sequence = new Sequence();
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      for (int token = 0; i == slot && token < visual.length / width; token++) {
        rows.add(row(visual, token));
      }
      if (i != slot) {
        rows.add(row(ends.get("embedding"), ids[i]));
      }
    }
    sequence.x = rows.toArray(double[][]::new);
    sequence.positions = IntStream.range(0, rows.size()).toArray();
    sequence.visual = visual.length / width;
    sequence.prompt = rows.size() - generated;
    Map<Evidence, float[]> seen = new HashMap<>();
    for (int layer = 0; layer < text.layers(); layer++) {
      see(new Evidence.Hidden(layer), sequence, slot, sequence.x, seen);
      for (LayerCut cut : cuts) {
        if (cut.layer() == layer) {
          leaveOut(sequence, slot, cut, seen);
          see(new Evidence.Hidden(layer), sequence, slot, sequence.x, seen);
        }
      }
      layer(layer, sequence, slot, seen);
    }
    double[] last = norm(sequence.x[sequence.x.length - 1], ends.get("norm"));
    return times(ends.get("head"), last);
  }

  private double[] row(float[] values, int row) {
    double[] found = new double[text.hiddenSize()];
    for (int i = 0; i < found.length; i++) {
      found[i] = values[row * found.length + i];
    }
    return found;
  }

  private static void see(
      Evidence evidence,
      Sequence sequence,
      int slot,
      double[][] rows,
      Map<Evidence, float[]> seen) {
    int width = rows[0].length;
    float[] values = new float[sequence.visual * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[slot + i / width][i % width];
    }
    seen.put(evidence, values);
  }

  private static void leaveOut(
      Sequence sequence, int slot, LayerCut cut, Map<Evidence, float[]> seen) {
    int all = sequence.visual;
    int[] kept = cut.keep(new SeenTokens(all, seen));
    int[] going =
        IntStream.range(0, sequence.x.length)
            .filter(
                row ->
                    row < slot || row >= slot + all || Arrays.binarySearch(kept, row - slot) >= 0)
            .toArray();
    sequence.x = IntStream.of(going).mapToObj(row -> sequence.x[row]).toArray(double[][]::new);
    int[] before = sequence.positions;
    boolean packed = cut.positions() == LayerCut.Positions.PACKED;
    sequence.positions =
        IntStream.range(0, going.length).map(i -> packed ? i : before[going[i]]).toArray();
    sequence.prompt -= all - kept.length;
    sequence.visual = kept.length;
  }

  private void layer(int number, Sequence sequence, int slot, Map<Evidence, float[]> seen) {
    Map<String, float[]> y = layers.get(number);
    int rows = sequence.x.length;
    double[][] q = new double[rows][];
    double[][] k = new double[rows][];
    double[][] v = new double[rows][];
    for (int row = 0; row < rows; row++) {
      double[] h = norm(sequence.x[row], y.get("norm1"));
      q[row] = rotated(times(y.get("q"), h), sequence.positions[row]);
      k[row] = rotated(times(y.get("k"), h), sequence.positions[row]);
      v[row] = times(y.get("v"), h);
    }
    see(new Evidence.Keys(number), sequence, slot, k, seen);
    float[] attention = new float[sequence.visual];
    double[][] after = new double[rows][];
    for (int row = 0; row < rows; row++) {
      double[] joined = new double[text.heads() * text.headDim()];
      for (int head = 0; head < text.heads(); head++) {
        double[] weights = attend(q[row], k, row, head);
        int from = head / (text.heads() / text.kvHeads()) * text.headDim();
        for (int other = 0; other <= row; other++) {
          for (int i = 0; i < text.headDim(); i++) {
            joined[head * text.headDim() + i] += weights[other] * v[other][from + i];
          }
        }
        for (int token = 0; row == sequence.prompt - 1 && token < attention.length; token++) {
          attention[token] += (float) (weights[slot + token] / text.heads());
        }
      }
      double[] x = plus(sequence.x[row], times(y.get("o"), joined));
      double[] h = norm(x, y.get("norm2"));
      double[] gate = times(y.get("gate"), h);
      double[] up = times(y.get("up"), h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      after[row] = plus(x, times(y.get("down"), gate));
    }
    sequence.x = after;
    seen.put(new Evidence.LastRowAttention(number), attention);
  }

  private double[] attend(double[] q, double[][] k, int row, int head) {
    int d = text.headDim();
    int from = head / (text.heads() / text.kvHeads()) * d;
    double[] weights = new double[row + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int other = 0; other <= row; other++) {
      double dot = 0;
      for (int i = 0; i < d; i++) {
        dot += q[head * d + i] * k[other][from + i];
      }
      weights[other] = dot / Math.sqrt(d);
      largest = Math.max(largest, weights[other]);
    }
    double sum = 0;
    for (int other = 0; other <= row; other++) {
      weights[other] = Math.exp(weights[other] - largest);
      sum += weights[other];
    }
    for (int other = 0; other <= row; other++) {
      weights[other] /= sum;
    }
    return weights;
  }

  private double[] rotated(double[] x, int position) {
    int d = text.headDim();
    double[] turned = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int pair = i % (d / 2);
      double angle = position / Math.pow(text.rope().theta(), 2.0 * pair / d);
      boolean low = i % d < d / 2;
      double other = low ? -x[i + d / 2] : x[i - d / 2];
      turned[i] = x[i] * Math.cos(angle) + other * Math.sin(angle);
    }
    return turned;
  }

  private double[] norm(double[] x, float[] weight) {
    double squares = Arrays.stream(x).map(value -> value * value).sum();
    double factor = 1 / Math.sqrt(squares / x.length + text.rmsNormEps());
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] * factor * weight[i]).toArray();
  }

  private static double[] times(float[] matrix, double[] x) {
    double[] product = new double[matrix.length / x.length];
    for (int row = 0; row < product.length; row++) {
      for (int i = 0; i < x.length; i++) {
        product[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return product;
  }

  private static double[] plus(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] + other[i]).toArray();
  }
}
