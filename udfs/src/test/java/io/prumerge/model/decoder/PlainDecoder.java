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
import java.util.function.Supplier;
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
    int[] at; // the row of each of these
    int question; // the first row of the question

    int text() {
      return prompt - question; // rows of the question that belong to the prompt
    }

    double[][] ofVisual(double[][] rows) {
      return IntStream.of(at).mapToObj(row -> rows[row]).toArray(double[][]::new);
    }

    double[][] of(EvidenceRows some, double[][] rows) {
      return some == EvidenceRows.VISUAL
          ? ofVisual(rows)
          : Arrays.copyOfRange(rows, question, prompt);
    }
  }

  /** Cosines and sines of the angles of a head's pairs. */
  private record Turn(double[] cos, double[] sin) {}

  /**
   * Returns the logits after the prompt, and after each generated token.
   *
   * @param group of one question
   * @param visual rows of the visual tokens
   * @param made generated tokens
   */
  public List<double[]> logits(PromptGroup group, float[] visual, int[] made) {
    int[] prompt = IntStream.concat(ints(group.prefix()), ints(group.suffixes().get(0))).toArray();
    int[] ids = IntStream.concat(ints(prompt), ints(made)).toArray();
    List<LayerCut> cuts = group.cuts();
    boolean[] gone = new boolean[visual.length / text.hiddenSize()];
    int last = lastDroppingEarlierRows(cuts);
    if (last >= 0) { // what is left there is known when the prompt has run
      Sequence through = through(prompt, group, visual, 0, cuts.subList(0, last + 1), gone);
      Arrays.fill(gone, true);
      IntStream.of(through.tokens).forEach(token -> gone[token] = false);
    }
    Sequence sequence = through(ids, group, visual, made.length, cuts, gone);
    return Arrays.stream(sequence.x)
        .skip(sequence.prompt - 1)
        .map(row -> times(ends.get("head"), norm(row, ends, "norm")))
        .toList();
  }

  private static IntStream ints(int[] ids) {
    return IntStream.of(ids);
  }

  private static int lastDroppingEarlierRows(List<LayerCut> cuts) {
    return IntStream.range(0, cuts.size())
        .filter(cut -> cuts.get(cut).dropsEarlierRows())
        .max()
        .orElse(-1);
  }

  private Sequence through(
      int[] ids,
      PromptGroup group,
      float[] visual,
      int generated,
      List<LayerCut> cuts,
      boolean[] gone) {
    int width = text.hiddenSize();
    Sequence sequence = new Sequence();
    List<double[]> rows = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    int run = 0;
    for (int i = 0; i < ids.length; i++) {
      if (run < group.visualSlots().length && i == group.visualSlots()[run]) {
        for (int token = 0; token < group.visual().runs().get(run); token++) {
          rows.add(row(visual, at.size()));
          at.add(rows.size() - 1);
        }
        run++;
      } else {
        rows.add(row(ends.get("embedding"), ids[i]));
      }
      if (i == group.prefix().length - 1) {
        sequence.question = rows.size();
      }
    }
    sequence.at = at.stream().mapToInt(Integer::intValue).toArray();
    sequence.x = rows.toArray(double[][]::new);
    sequence.positions = IntStream.range(0, rows.size()).toArray();
    sequence.logSizes = new double[rows.size()];
    sequence.wanted = cuts.stream().flatMap(cut -> cut.sees().stream()).toList();
    sequence.visual = visual.length / width;
    sequence.prompt = rows.size() - generated;
    sequence.tokens = IntStream.range(0, sequence.visual).toArray();
    sequence.gone = new boolean[rows.size()];
    for (int token = 0; token < gone.length; token++) {
      sequence.gone[sequence.at[token]] = gone[token];
    }
    Map<Evidence, float[]> seen = new HashMap<>();
    seen.put(new Evidence.TextRelevance(), relevance(sequence));
    place(sequence);
    for (int layer = 0; layer < text.layers(); layer++) {
      seeHidden(layer, sequence, seen);
      for (LayerCut cut : cuts) {
        if (cut.layer() == layer) {
          attend(layer, sequence, seen);
          leaveOut(sequence, cut, seen);
          seeHidden(layer, sequence, seen);
        }
      }
      layer(layer, sequence, seen);
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

  // Only what a cut looks at is computed.
  private static void see(
      Evidence evidence, Sequence sequence, Map<Evidence, float[]> seen, Supplier<float[]> values) {
    if (sequence.wanted.contains(evidence)) {
      seen.put(evidence, values.get());
    }
  }

  // By the definition: the frequencies of a grid's channel, weighed, and back.
  private static float[] highPass(double[][] rows, PatchGrid grid) {
    int down = grid.rows() / 2;
    int across = grid.cols() / 2;
    double width = Math.min(down, across) * 0.1;
    int channels = rows[0].length;
    double[][] kept = new double[channels][rows.length];
    double[][] lost = new double[channels][rows.length]; // imaginary parts
    double[] cos = new double[rows.length];
    double[] sin = new double[rows.length];
    for (int v = -down; v < grid.rows() - down; v++) {
      for (int u = -across; u < grid.cols() - across; u++) {
        double weight = 1 - Math.exp(-(u * u + v * v) / (2 * width * width));
        for (int i = 0; i < rows.length; i++) {
          double angle = angle(v, u, i, grid);
          cos[i] = Math.cos(angle);
          sin[i] = Math.sin(angle);
        }
        for (int channel = 0; channel < channels; channel++) {
          double real = 0;
          double imaginary = 0;
          for (int i = 0; i < rows.length; i++) {
            real += rows[i][channel] * cos[i];
            imaginary -= rows[i][channel] * sin[i];
          }
          for (int i = 0; i < rows.length; i++) {
            kept[channel][i] += weight * (real * cos[i] - imaginary * sin[i]);
            lost[channel][i] += weight * (real * sin[i] + imaginary * cos[i]);
          }
        }
      }
    }
    float[] mean = new float[rows.length];
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < rows.length; i++) {
        mean[i] +=
            (float) (Math.hypot(kept[channel][i], lost[channel][i]) / rows.length / channels);
      }
    }
    return mean;
  }

  private static double angle(int down, int across, int token, PatchGrid grid) {
    double row = token / grid.cols();
    double col = token % grid.cols();
    return 2 * Math.PI * (down * row / grid.rows() + across * col / grid.cols());
  }

  private static float[] flat(double[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] values = new float[rows.length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / width][i % width];
    }
    return values;
  }

  private void seeHidden(int layer, Sequence sequence, Map<Evidence, float[]> seen) {
    double[][] x = sequence.x;
    for (EvidenceRows of : EvidenceRows.values()) {
      double[][] rows = sequence.of(of, x);
      see(new Evidence.Hidden(layer, of, false), sequence, seen, () -> flat(rows));
      see(
          new Evidence.Hidden(layer, of, true),
          sequence,
          seen,
          () ->
              flat(
                  Arrays.stream(rows)
                      .map(row -> norm(row, ends, "norm"))
                      .toArray(double[][]::new)));
    }
    for (Evidence wanted : sequence.wanted) {
      if (wanted instanceof Evidence.HighPass filtered && filtered.layer() == layer) {
        seen.put(filtered, highPass(sequence.ofVisual(x), filtered.grid()));
      }
    }
  }

  private static float[] relevance(Sequence sequence) {
    float[] relevance = new float[sequence.text()];
    for (int token : sequence.at) {
      double[] products = new double[relevance.length];
      for (int row = 0; row < products.length; row++) {
        double[] other = sequence.x[sequence.question + row];
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

  // Text and kept tokens stay in their order; sums stand after them, before the question.
  private static void leaveOut(Sequence sequence, LayerCut cut, Map<Evidence, float[]> seen) {
    int all = sequence.visual;
    KeptTokens kept = cut.keep(SlowRules.seen(cut, all, seen));
    int sums = kept.sums(all);
    int whole = kept.tokens().length - sums;
    boolean packed = cut.positions() == CutPositions.PACKED;
    int[] tokens = new int[sequence.x.length + 1]; // of each row, and none behind the last
    Arrays.fill(tokens, -1);
    IntStream.range(0, all).forEach(token -> tokens[sequence.at[token]] = token);
    int[] places = new int[all]; // of each token among those that stay
    Arrays.fill(places, -1);
    IntStream.range(0, whole).forEach(k -> places[kept.tokens()[k]] = k);
    List<double[]> x = new ArrayList<>();
    List<Integer> from = new ArrayList<>(); // the row whose position each keeps
    int[] at = new int[kept.tokens().length];
    int question = 0;
    for (int row = 0; row <= sequence.x.length; row++) {
      for (int sum = 0; row == sequence.question && sum < sums; sum++) {
        at[whole + sum] = x.size();
        from.add(sequence.at[kept.tokens()[whole + sum]]);
        x.add(sum(sequence, kept.share(), sum));
      }
      question = row == sequence.question ? x.size() : question;
      int token = tokens[row];
      boolean stays = token >= 0 && places[token] >= 0;
      if (row < sequence.x.length && (token < 0 || stays)) {
        if (stays) {
          at[places[token]] = x.size();
        }
        from.add(row);
        x.add(sequence.x[row]);
      }
    }
    int[] positions = sequence.positions;
    boolean[] gone = new boolean[x.size()];
    double[] logSizes = new double[x.size()];
    for (int k = 0; k < at.length; k++) {
      gone[at[k]] = sequence.gone[sequence.at[kept.tokens()[k]]];
      logSizes[at[k]] = kept.sizes().length == 0 ? 0 : Math.log(kept.sizes()[k]);
    }
    int[] before = sequence.tokens;
    sequence.tokens = IntStream.of(kept.tokens()).map(token -> before[token]).toArray();
    sequence.gone = gone;
    sequence.logSizes = logSizes;
    sequence.x = x.toArray(double[][]::new);
    sequence.positions =
        IntStream.range(0, x.size()).map(i -> packed ? i : positions[from.get(i)]).toArray();
    sequence.prompt -= all - at.length;
    sequence.visual = at.length;
    sequence.at = at;
    sequence.question = question;
  }

  private static double[] sum(Sequence sequence, float[] share, int sum) {
    double[] values = new double[sequence.x[0].length];
    for (int token = 0; token < sequence.visual; token++) {
      for (int i = 0; i < values.length; i++) {
        values[i] += share[sum * sequence.visual + token] * sequence.x[sequence.at[token]][i];
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
  private Heads attend(int number, Sequence sequence, Map<Evidence, float[]> seen) {
    Heads heads = heads(number, sequence);
    for (EvidenceRows of : EvidenceRows.values()) {
      see(new Evidence.Keys(number, of), sequence, seen, () -> flat(sequence.of(of, heads.k)));
    }
    int visual = sequence.visual;
    int first = sequence.question;
    float[] last = new float[visual];
    float[] text = new float[sequence.text() * visual];
    float[] each = new float[this.text.heads().queries() * text.length];
    boolean asked =
        sequence.wanted.contains(new Evidence.LastRowAttention(number))
            || sequence.wanted.contains(new Evidence.TextAttention(number))
            || sequence.wanted.contains(new Evidence.TextHeadAttention(number));
    for (int row = first; asked && row < sequence.prompt; row++) {
      for (int head = 0; head < this.text.heads().queries(); head++) {
        double[] weights = attend(heads.q[row], heads.k, row, head, sequence.logSizes);
        for (int token = 0; token < visual; token++) {
          int at = (row - first) * visual + token;
          double mean = weights[sequence.at[token]] / this.text.heads().queries();
          text[at] += (float) mean;
          last[token] += row == sequence.prompt - 1 ? (float) mean : 0;
          int distance = sequence.positions[row] - sequence.positions[sequence.at[token]];
          each[head * text.length + at] =
              (float) (weights[sequence.at[token]] / rotation(distance));
        }
      }
    }
    float[] among = new float[visual];
    boolean wanted = sequence.wanted.contains(new Evidence.VisualAttention(number));
    for (int asking = 0; wanted && asking < visual; asking++) {
      int row = sequence.at[asking];
      for (int head = 0; head < this.text.heads().queries(); head++) {
        double[] weights = attend(heads.q[row], heads.k, row, head, sequence.logSizes);
        for (int token = 0; token <= asking; token++) {
          among[token] += (float) (weights[sequence.at[token]] / this.text.heads().queries());
        }
      }
    }
    seen.put(new Evidence.VisualAttention(number), among);
    Evidence meanQuery = new Evidence.MeanQueryAttention(number);
    see(meanQuery, sequence, seen, () -> meanQuery(number, sequence));
    Evidence cosines = new Evidence.KeyCosines(number);
    see(cosines, sequence, seen, () -> cosines(sequence.ofVisual(heads.k)));
    seen.put(new Evidence.LastRowAttention(number), last);
    see(new Evidence.LastRowFlow(number), sequence, seen, () -> flow(heads, sequence));
    seen.put(new Evidence.TextAttention(number), text);
    seen.put(new Evidence.TextHeadAttention(number), each);
    return heads;
  }

  // FlowCut's scores: softmaxes over the visual tokens alone.
  private float[] flow(Heads heads, Sequence sequence) {
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
          double value = heads.v[sequence.at[token]][own + i];
          related[token] += heads.q[last][head * d + i] * heads.k[sequence.at[token]][own + i];
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
  private float[] meanQuery(int number, Sequence sequence) {
    Map<String, float[]> y = layers.get(number);
    int visual = sequence.visual;
    int d = text.heads().width();
    double[] q = new double[text.heads().queries() * d];
    double[][] k = new double[visual][];
    for (int token = 0; token < visual; token++) {
      double[] h = norm(sequence.x[sequence.at[token]], y, "norm1");
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

  private void layer(int number, Sequence sequence, Map<Evidence, float[]> seen) {
    Map<String, float[]> y = layers.get(number);
    int rows = sequence.x.length;
    Heads heads = attend(number, sequence, seen);
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
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
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
    double squares = 0;
    for (double value : x) {
      squares += (value - mean) * (value - mean);
    }
    double factor = 1 / Math.sqrt(squares / x.length + text.normEps());
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] = (x[i] - mean) * factor * weight[i] + bias[i];
    }
    return normed;
  }

  private static double[] linear(Map<String, float[]> fields, String name, double[] x) {
    double[] product = times(fields.get(name), x);
    float[] bias = fields.getOrDefault(name + "_bias", new float[product.length]);
    for (int i = 0; i < product.length; i++) {
      product[i] += bias[i];
    }
    return product;
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
