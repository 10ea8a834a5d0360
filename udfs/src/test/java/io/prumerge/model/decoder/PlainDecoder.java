package io.prumerge.model.decoder;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.config.TextConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.decoder.SlowRules;
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
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A decoder in plain loops over one whole sequence, without a cache, for checkpoints in F32. Cuts
 * are made by hand: before their layer, rows are left out.
 */
public final class PlainDecoder {

  private final TextConfig text;
  private final DecoderWeights weights;
  private final Map<String, float[]> ends;
  private final List<Map<String, float[]>> layers = new ArrayList<>();

  // By positions and by distance: each is asked for once per row, head and layer.
  private final Map<Integer, Turn> turns = new HashMap<>();
  private final Map<Integer, Double> rotations = new HashMap<>();

  public PlainDecoder(Checkpoint checkpoint) {
    this.text = checkpoint.config().text();
    this.weights = checkpoint.config().decoder();
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
    List<Evidence> wanted;
    double[] logSizes; // of the tokens that each row counts for
    boolean[] gone; // whether generated tokens do not see each row
    int[] tokens; // which of all visual tokens are left
    int prompt; // rows of the prompt; those after them are generated tokens
    int visual; // visual tokens that are left

    int text(int slot) {
      return prompt - slot - visual; // rows of the prompt after the visual tokens
    }
  }

  /** Cosines and sines of the angles of a head's pairs. */
  private record Turn(double[] cos, double[] sin) {}

  /**
   * Returns the logits after the prompt, and after each generated token.
   *
   * @param ids of prompt and generated tokens, one of them for all visual tokens
   * @param slot its index
   * @param visual rows of the visual tokens
   * @param generated how many of the ids are generated
   */
  public List<double[]> logits(
      int[] ids, int slot, float[] visual, int generated, List<LayerCut> cuts) {
    int all = visual.length / text.hiddenSize();
    boolean[] gone = new boolean[all];
    int last = lastDroppingEarlierRows(cuts);
    if (last >= 0) { // what is left there is known when the prompt has run
      int[] prompt = Arrays.copyOf(ids, ids.length - generated);
      Sequence through = through(prompt, slot, visual, 0, cuts.subList(0, last + 1), gone);
      Arrays.fill(gone, true);
      IntStream.of(through.tokens).forEach(token -> gone[token] = false);
    }
    Sequence sequence = through(ids, slot, visual, generated, cuts, gone);
    return Arrays.stream(sequence.x)
        .skip(sequence.prompt - 1)
        .map(row -> times(ends.get("head"), norm(row, ends, "norm")))
        .toList();
  }

  private static int lastDroppingEarlierRows(List<LayerCut> cuts) {
    return IntStream.range(0, cuts.size())
        .filter(cut -> cuts.get(cut).dropsEarlierRows())
        .max()
        .orElse(-1);
  }

  private Sequence through(
      int[] ids, int slot, float[] visual, int generated, List<LayerCut> cuts, boolean[] gone) {
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
    sequence.logSizes = new double[rows.size()];
    sequence.wanted = cuts.stream().flatMap(cut -> cut.sees().stream()).toList();
    sequence.visual = visual.length / width;
    sequence.prompt = rows.size() - generated;
    sequence.tokens = IntStream.range(0, sequence.visual).toArray();
    sequence.gone = new boolean[rows.size()];
    System.arraycopy(gone, 0, sequence.gone, slot, gone.length);
    Map<Evidence, float[]> seen = new HashMap<>();
    seen.put(new Evidence.TextRelevance(), relevance(sequence, slot));
    place(sequence);
    for (int layer = 0; layer < text.layers(); layer++) {
      seeHidden(layer, sequence, slot, seen);
      for (LayerCut cut : cuts) {
        if (cut.layer() == layer) {
          attend(layer, sequence, slot, seen);
          leaveOut(sequence, slot, cut, seen);
          seeHidden(layer, sequence, slot, seen);
        }
      }
      layer(layer, sequence, slot, seen);
    }
    return sequence;
  }

  private double[] row(float[] values, int row) {
    double[] found = new double[text.hiddenSize()];
    for (int i = 0; i < found.length; i++) {
      found[i] = values[row * found.length + i];
    }
    return found;
  }

  // Rows of the visual tokens, and of the text after them.
  private static void see(
      Function<EvidenceRows, Evidence> evidence,
      Sequence sequence,
      int slot,
      double[][] rows,
      Map<Evidence, float[]> seen) {
    int behind = slot + sequence.visual;
    seen.put(evidence.apply(EvidenceRows.VISUAL), flat(rows, slot, behind));
    seen.put(evidence.apply(EvidenceRows.TEXT), flat(rows, behind, sequence.prompt));
  }

  // By the definition: the frequencies of a grid's channel, weighed, and back.
  private static float[] highPass(double[][] rows, PatchGrid grid) {
    int down = grid.rows() / 2;
    int across = grid.cols() / 2;
    double width = Math.min(down, across) * 0.1;
    float[] mean = new float[rows.length];
    for (int channel = 0; channel < rows[0].length; channel++) {
      double[] kept = new double[rows.length];
      double[] lost = new double[rows.length]; // imaginary parts
      for (int v = -down; v < grid.rows() - down; v++) {
        for (int u = -across; u < grid.cols() - across; u++) {
          double weight = 1 - Math.exp(-(u * u + v * v) / (2 * width * width));
          double real = 0;
          double imaginary = 0;
          for (int i = 0; i < rows.length; i++) {
            double angle = angle(v, u, i, grid);
            real += rows[i][channel] * Math.cos(angle);
            imaginary -= rows[i][channel] * Math.sin(angle);
          }
          for (int i = 0; i < rows.length; i++) {
            double angle = angle(v, u, i, grid);
            kept[i] += weight * (real * Math.cos(angle) - imaginary * Math.sin(angle));
            lost[i] += weight * (real * Math.sin(angle) + imaginary * Math.cos(angle));
          }
        }
      }
      for (int i = 0; i < rows.length; i++) {
        mean[i] += (float) (Math.hypot(kept[i], lost[i]) / rows.length / rows[0].length);
      }
    }
    return mean;
  }

  private static double angle(int down, int across, int token, PatchGrid grid) {
    double row = token / grid.cols();
    double col = token % grid.cols();
    return 2 * Math.PI * (down * row / grid.rows() + across * col / grid.cols());
  }

  private static float[] flat(double[][] rows, int from, int to) {
    int width = rows[0].length;
    float[] values = new float[(to - from) * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[from + i / width][i % width];
    }
    return values;
  }

  private void seeHidden(int layer, Sequence sequence, int slot, Map<Evidence, float[]> seen) {
    double[][] x = sequence.x;
    double[][] normed =
        Arrays.stream(x).map(row -> norm(row, ends, "norm")).toArray(double[][]::new);
    see(of -> new Evidence.Hidden(layer, of, false), sequence, slot, x, seen);
    for (Evidence wanted : sequence.wanted) {
      if (wanted instanceof Evidence.HighPass filtered && filtered.layer() == layer) {
        double[][] tokens = Arrays.copyOfRange(x, slot, slot + sequence.visual);
        seen.put(filtered, highPass(tokens, filtered.grid()));
      }
    }
    see(of -> new Evidence.Hidden(layer, of, true), sequence, slot, normed, seen);
  }

  private static float[] relevance(Sequence sequence, int slot) {
    float[] relevance = new float[sequence.text(slot)];
    for (int token = slot; token < slot + sequence.visual; token++) {
      double[] products = new double[relevance.length];
      for (int row = 0; row < products.length; row++) {
        double[] other = sequence.x[slot + sequence.visual + row];
        for (int i = 0; i < other.length; i++) {
          products[row] += sequence.x[token][i] * other[i];
        }
      }
      softmax(products);
      for (int row = 0; row < products.length; row++) {
        relevance[row] += (float) (products[row] / sequence.visual);
      }
    }
    return relevance;
  }

  private static void leaveOut(
      Sequence sequence, int slot, LayerCut cut, Map<Evidence, float[]> seen) {
    int all = sequence.visual;
    KeptTokens kept = cut.keep(SlowRules.seen(cut, all, seen));
    int sums = kept.sums(all);
    boolean packed = cut.positions() == CutPositions.PACKED;
    double[] logSizes = new double[sequence.x.length - all + kept.tokens().length];
    for (int k = 0; k < kept.sizes().length; k++) {
      logSizes[slot + k] = Math.log(kept.sizes()[k]);
    }
    List<double[]> x = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    boolean[] gone = new boolean[logSizes.length];
    for (int row = 0; row < sequence.x.length; row++) {
      if (row < slot || row >= slot + all) {
        x.add(sequence.x[row]);
        positions.add(sequence.positions[row]);
      }
      for (int k = 0; row + 1 == slot && k < kept.tokens().length; k++) {
        int sum = k - (kept.tokens().length - sums);
        double[] token = sequence.x[slot + kept.tokens()[k]];
        x.add(sum < 0 ? token : sum(sequence, slot, all, kept.share(), sum));
        gone[positions.size()] = sequence.gone[slot + kept.tokens()[k]];
        positions.add(sequence.positions[slot + kept.tokens()[k]]);
      }
    }
    int[] before = sequence.tokens;
    sequence.tokens = IntStream.of(kept.tokens()).map(token -> before[token]).toArray();
    sequence.gone = gone;
    sequence.logSizes = logSizes;
    sequence.x = x.toArray(double[][]::new);
    sequence.positions =
        IntStream.range(0, x.size()).map(i -> packed ? i : positions.get(i)).toArray();
    sequence.prompt -= all - kept.tokens().length;
    sequence.visual = kept.tokens().length;
  }

  private static double[] sum(Sequence sequence, int slot, int all, float[] share, int sum) {
    double[] values = new double[sequence.x[0].length];
    for (int token = 0; token < all; token++) {
      for (int i = 0; i < values.length; i++) {
        values[i] += share[sum * all + token] * sequence.x[slot + token][i];
      }
    }
    return values;
  }

  /** Rotated queries and keys of all rows. */
  private record Heads(double[][] q, double[][] k, double[][] v) {}

  private Heads heads(int number, Sequence sequence) {
    Map<String, float[]> y = layers.get(number);
    int rows = sequence.x.length;
    Heads heads = new Heads(new double[rows][], new double[rows][], new double[rows][]);
    for (int row = 0; row < rows; row++) {
      double[] h = norm(sequence.x[row], y, "norm1");
      heads.q[row] = rotated(linear(y, "q", h), sequence.positions[row]);
      heads.k[row] = rotated(linear(y, "k", h), sequence.positions[row]);
      heads.v[row] = linear(y, "v", h);
    }
    return heads;
  }

  // The attention that a layer has or would have.
  private Heads attend(int number, Sequence sequence, int slot, Map<Evidence, float[]> seen) {
    Heads heads = heads(number, sequence);
    see(of -> new Evidence.Keys(number, of), sequence, slot, heads.k, seen);
    int visual = sequence.visual;
    int first = slot + visual;
    float[] last = new float[visual];
    float[] text = new float[sequence.text(slot) * visual];
    float[] each = new float[this.text.heads().queries() * text.length];
    for (int row = first; row < sequence.prompt; row++) {
      for (int head = 0; head < this.text.heads().queries(); head++) {
        double[] weights = attend(heads.q[row], heads.k, row, head, sequence.logSizes);
        for (int token = 0; token < visual; token++) {
          int at = (row - first) * visual + token;
          double mean = weights[slot + token] / this.text.heads().queries();
          text[at] += (float) mean;
          last[token] += row == sequence.prompt - 1 ? (float) mean : 0;
          int distance = sequence.positions[row] - sequence.positions[slot + token];
          each[head * text.length + at] = (float) (weights[slot + token] / rotation(distance));
        }
      }
    }
    float[] among = new float[visual];
    boolean wanted = sequence.wanted.contains(new Evidence.VisualAttention(number));
    for (int row = slot; wanted && row < first; row++) {
      for (int head = 0; head < this.text.heads().queries(); head++) {
        double[] weights = attend(heads.q[row], heads.k, row, head, sequence.logSizes);
        for (int token = 0; token <= row - slot; token++) {
          among[token] += (float) (weights[slot + token] / this.text.heads().queries());
        }
      }
    }
    seen.put(new Evidence.VisualAttention(number), among);
    seen.put(new Evidence.MeanQueryAttention(number), meanQuery(number, sequence, slot));
    if (sequence.wanted.contains(new Evidence.KeyCosines(number))) {
      double[][] keys = Arrays.copyOfRange(heads.k, slot, slot + visual);
      seen.put(new Evidence.KeyCosines(number), cosines(keys));
    }
    seen.put(new Evidence.LastRowAttention(number), last);
    seen.put(new Evidence.LastRowFlow(number), flow(heads, sequence, slot));
    seen.put(new Evidence.TextAttention(number), text);
    seen.put(new Evidence.TextHeadAttention(number), each);
    return heads;
  }

  // FlowCut's scores: softmaxes over the visual tokens alone.
  private float[] flow(Heads heads, Sequence sequence, int slot) {
    int visual = sequence.visual;
    int d = text.heads().width();
    int queries = text.heads().queries();
    int shared = queries / (heads.v[0].length / d);
    int last = sequence.prompt - 1;
    double[] scores = new double[visual];
    double[] norms = new double[visual];
    double[][] mean = new double[visual][d];
    for (int head = 0; head < queries; head++) {
      int own = head / shared * d;
      double[] related = new double[visual];
      double[] alike = new double[visual];
      for (int token = 0; token < visual; token++) {
        for (int i = 0; i < d; i++) {
          double value = heads.v[slot + token][own + i];
          related[token] += heads.q[last][head * d + i] * heads.k[slot + token][own + i];
          alike[token] += heads.v[last][own + i] * value;
          mean[token][i] += value / queries;
        }
      }
      addShares(related, Math.sqrt(d), queries, scores);
      addShares(alike, Math.sqrt(d), queries, scores);
    }
    float[] flow = new float[visual];
    for (int token = 0; token < visual; token++) {
      for (double value : mean[token]) {
        norms[token] += Math.abs(value);
      }
      flow[token] = (float) (scores[token] * norms[token]);
    }
    return flow;
  }

  private static void addShares(double[] products, double root, int heads, double[] to) {
    double sum = 0;
    for (double product : products) {
      sum += Math.exp(product / root);
    }
    for (int token = 0; token < products.length; token++) {
      to[token] += Math.exp(products[token] / root) / sum / heads;
    }
  }

  // PACT's attention: one query for all visual tokens, nothing is rotated.
  private float[] meanQuery(int number, Sequence sequence, int slot) {
    Map<String, float[]> y = layers.get(number);
    int visual = sequence.visual;
    int d = text.heads().width();
    double[] q = new double[text.heads().queries() * d];
    double[][] k = new double[visual][];
    for (int token = 0; token < visual; token++) {
      double[] h = norm(sequence.x[slot + token], y, "norm1");
      double[] own = linear(y, "q", h);
      for (int i = 0; i < q.length; i++) {
        q[i] += own[i] / visual;
      }
      k[token] = linear(y, "k", h);
    }
    float[] attention = new float[visual];
    for (int head = 0; visual > 0 && head < text.heads().queries(); head++) {
      double[] weights = attend(q, k, visual - 1, head, new double[visual]);
      for (int token = 0; token < visual; token++) {
        attention[token] += (float) (weights[token] / text.heads().queries());
      }
    }
    return attention;
  }

  private static float[] cosines(double[][] rows) {
    float[] cosines = new float[rows.length * rows.length];
    for (int one = 0; one < rows.length; one++) {
      for (int other = 0; other < rows.length; other++) {
        double product = 0;
        double squares = 0;
        double others = 0;
        for (int i = 0; i < rows[one].length; i++) {
          product += rows[one][i] * rows[other][i];
          squares += rows[one][i] * rows[one][i];
          others += rows[other][i] * rows[other][i];
        }
        cosines[one * rows.length + other] = (float) (product / Math.sqrt(squares * others));
      }
    }
    return cosines;
  }

  // SparseVLM+'s reference: rows of ones, rotated.
  private double rotation(int distance) {
    return rotations.computeIfAbsent(distance, this::computedRotation);
  }

  private double computedRotation(int distance) {
    int d = text.heads().width();
    double sum = 0;
    for (int pair = 0; pair < d / 2; pair++) {
      sum += Math.cos(angle(distance, pair));
    }
    return 2 * sum / Math.sqrt(d);
  }

  private void layer(int number, Sequence sequence, int slot, Map<Evidence, float[]> seen) {
    Map<String, float[]> y = layers.get(number);
    int rows = sequence.x.length;
    Heads heads = attend(number, sequence, slot, seen);
    double[][] after = new double[rows][];
    for (int row = 0; row < rows; row++) {
      double[] joined = new double[text.heads().queries() * text.heads().width()];
      for (int head = 0; head < text.heads().queries(); head++) {
        double[] sizes = row < sequence.prompt ? sequence.logSizes : withoutGone(sequence);
        double[] weights = attend(heads.q[row], heads.k, row, head, sizes);
        int d = text.heads().width();
        int from = head / (text.heads().queries() / text.heads().keys()) * d;
        for (int other = 0; other <= row; other++) {
          double weight = weights[other];
          double[] values = heads.v[other];
          for (int i = 0; i < d; i++) {
            joined[head * d + i] += weight * values[from + i];
          }
        }
      }
      double[] x = plus(sequence.x[row], linear(y, "o", joined));
      after[row] = plus(x, mlp(y, norm(x, y, "norm2")));
    }
    sequence.x = after;
  }

  private static double[] withoutGone(Sequence sequence) {
    return IntStream.range(0, sequence.x.length)
        .mapToDouble(i -> sequence.gone[i] ? Double.NEGATIVE_INFINITY : sequence.logSizes[i])
        .toArray();
  }

  private double[] attend(double[] q, double[][] k, int row, int head, double[] logSizes) {
    int d = text.heads().width();
    int from = head / (text.heads().queries() / text.heads().keys()) * d;
    double[] weights = new double[row + 1];
    for (int other = 0; other <= row; other++) {
      double dot = 0;
      double[] key = k[other];
      for (int i = 0; i < d; i++) {
        dot += q[head * d + i] * key[from + i];
      }
      weights[other] = dot / Math.sqrt(d) + logSizes[other];
    }
    softmax(weights);
    return weights;
  }

  private static void softmax(double[] scores) {
    double largest = Arrays.stream(scores).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }

  private double[] rotated(double[] x, int position) {
    int d = text.heads().width();
    Turn turn = turns.computeIfAbsent(position, this::turn);
    double[] turned = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      boolean low = i % d < d / 2;
      double other = low ? -x[i + d / 2] : x[i - d / 2];
      turned[i] = x[i] * turn.cos[i % (d / 2)] + other * turn.sin[i % (d / 2)];
    }
    return turned;
  }

  private Turn turn(int position) {
    int pairs = text.heads().width() / 2;
    return new Turn(
        IntStream.range(0, pairs).mapToDouble(pair -> Math.cos(angle(position, pair))).toArray(),
        IntStream.range(0, pairs).mapToDouble(pair -> Math.sin(angle(position, pair))).toArray());
  }

  // 0 where nothing is rotated.
  private double angle(int positions, int pair) {
    return text.positions()
        .rope()
        .map(rope -> positions / Math.pow(rope.theta(), 2.0 * pair / text.heads().width()))
        .orElse(0.0);
  }

  // Learned rows of the positions, before the first layer.
  private void place(Sequence sequence) {
    if (!weights.rotary()) {
      for (int row = 0; row < sequence.x.length; row++) {
        int at = OptWeights.OFFSET + sequence.positions[row];
        sequence.x[row] = plus(sequence.x[row], row(ends.get("positions"), at));
      }
    }
  }

  private double[] mlp(Map<String, float[]> y, double[] h) {
    if (!weights.gated()) {
      double[] rows = linear(y, "fc1", h);
      return linear(y, "fc2", Arrays.stream(rows).map(value -> Math.max(value, 0)).toArray());
    }
    double[] gate = linear(y, "gate", h);
    double[] up = linear(y, "up", h);
    for (int i = 0; i < gate.length; i++) {
      gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return linear(y, "down", gate);
  }

  // A LayerNorm where there is a bias, else an RMS norm.
  private double[] norm(double[] x, Map<String, float[]> fields, String name) {
    float[] weight = fields.get(name);
    float[] bias = fields.getOrDefault(name + "_bias", new float[x.length]);
    boolean centred = fields.containsKey(name + "_bias");
    double mean = centred ? Arrays.stream(x).average().orElseThrow() : 0;
    double squares = Arrays.stream(x).map(value -> (value - mean) * (value - mean)).sum();
    double factor = 1 / Math.sqrt(squares / x.length + text.normEps());
    return IntStream.range(0, x.length)
        .mapToDouble(i -> (x[i] - mean) * factor * weight[i] + bias[i])
        .toArray();
  }

  private static double[] linear(Map<String, float[]> fields, String name, double[] x) {
    double[] product = times(fields.get(name), x);
    float[] bias = fields.getOrDefault(name + "_bias", new float[product.length]);
    return IntStream.range(0, product.length).mapToDouble(i -> product[i] + bias[i]).toArray();
  }

  private static double[] times(float[] matrix, double[] x) {
    double[] product = new double[matrix.length / x.length];
    for (int row = 0; row < product.length; row++) {
      double sum = 0;
      int from = row * x.length;
      for (int i = 0; i < x.length; i++) {
        sum += matrix[from + i] * x[i];
      }
      product[row] = sum;
    }
    return product;
  }

  private static double[] plus(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] + other[i]).toArray();
  }
}
