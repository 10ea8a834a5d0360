package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.SeenTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The functions of {@code rules.torchscript} in plain loops, one token after the other. */
public final class SlowRules {

  private SlowRules() {}

  /** Returns what a cut sees, also where a rule on the device is to look first. */
  public static SeenTokens seen(LayerCut cut, int tokens, Map<Evidence, float[]> evidence) {
    if (tokens == 0 || cut.onDevice(tokens).isEmpty()) {
      return new SeenTokens(tokens, evidence);
    }
    List<float[]> seen = cut.sees().stream().map(evidence::get).toList();
    return new SeenTokens(tokens, floats(make(cut.onDevice(tokens).get(), tokens, seen)));
  }

  private static float[] floats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  /** Returns what a rule makes of evidence. */
  static int[] make(DeviceRule rule, int tokens, List<float[]> seen) {
    int[] ints = rule.numbers().stream().mapToInt(Number::intValue).toArray();
    double[] shares = rule.numbers().stream().mapToDouble(Number::doubleValue).toArray();
    return switch (rule.function()) {
      case "v2drop" -> v2Drop(seen.get(0), seen.get(1), tokens, ints[0]);
      case "dart" -> dart(seen, tokens, ints[0], ints[1]);
      case "sparsevlm" -> sparseVlm(seen, tokens, ints[0], ints[1], ints[2]);
      case "sparsevlm_plus" -> sparseVlmPlus(seen.get(0), seen.get(1), tokens, ints[0], ints[1]);
      case "pact" -> pact(seen, tokens, ints[0], shares[1], shares[2]);
      case "fastv_rows" -> fastVRows(seen, tokens, ints[0]);
      case "priortr" -> priorTr(seen.get(0), tokens, ints);
      default -> throw new IllegalArgumentException(rule.function());
    };
  }

  private static int[] v2Drop(float[] before, float[] behind, int tokens, int count) {
    double[] changes = new double[tokens];
    int width = before.length / tokens;
    for (int i = 0; i < before.length; i++) {
      double difference = behind[i] - before[i];
      changes[i / width] += difference * difference;
    }
    return Ranking.topInOrder(tokens, count, token -> changes[token]);
  }

  private static int[] fastVRows(List<float[]> seen, int tokens, int count) {
    double[] sums = new double[tokens];
    for (float[] rows : seen) {
      for (int i = 0; i < rows.length; i++) {
        sums[i % tokens] += rows[i];
      }
    }
    return Ranking.topInOrder(tokens, count, token -> sums[token]);
  }

  // Its numbers: what it keeps, the null token's row, the question's first and after its last one.
  private static int[] priorTr(float[] rows, int tokens, int[] numbers) {
    double[] question = new double[tokens];
    int first = numbers[2] < 0 ? rows.length + numbers[2] * tokens : numbers[2] * tokens;
    int end =
        numbers[3] < 0
            ? rows.length + numbers[3] * tokens
            : (int) Math.min(rows.length, (long) numbers[3] * tokens);
    for (int i = first; i < end; i++) {
      question[i % tokens] += rows[i];
    }
    double[] prior = new double[tokens];
    for (int token = 0; token < tokens; token++) {
      prior[token] = rows[numbers[1] * tokens + token];
    }
    shares(question);
    shares(prior);
    return Ranking.topInOrder(
        tokens,
        numbers[0],
        token ->
            0.0
                + question[token]
                    * Math.log((question[token] + 1e-10) / (prior[token] + 1e-10))); // -0 is 0
  }

  private static void shares(double[] attention) {
    double sum = 1e-10;
    for (double each : attention) {
      sum += each;
    }
    for (int token = 0; token < attention.length; token++) {
      attention[token] /= sum;
    }
  }

  private static int[] dart(List<float[]> seen, int tokens, int pivots, int each) {
    int keyWidth = seen.get(0).length / tokens;
    int width = seen.get(2).length / tokens;
    int text = seen.get(3).length / width;
    if (text < pivots) {
      return new int[] {text};
    }
    boolean[] taken = new boolean[tokens];
    int[] visual = pivots(seen.get(0), keyWidth, pivots);
    for (int pivot : visual) {
      taken[pivot] = true;
    }
    for (int pivot : visual) {
      take(seen.get(2), seen.get(2), pivot, width, each, taken);
    }
    for (int pivot : pivots(seen.get(1), keyWidth, pivots)) {
      take(seen.get(2), seen.get(3), pivot, width, each, taken);
    }
    return IntStream.concat(
            IntStream.of(text), IntStream.range(0, tokens).filter(token -> taken[token]))
        .toArray();
  }

  private static int[] pivots(float[] keys, int width, int count) {
    double[] norms = new double[keys.length / width];
    for (int i = 0; i < keys.length; i++) {
      norms[i / width] += Math.abs(keys[i]);
    }
    return Ranking.topInOrder(norms.length, count, row -> norms[row]);
  }

  private static void take(
      float[] states, float[] asking, int pivot, int width, int each, boolean[] taken) {
    double[] unlike = new double[taken.length];
    int left = 0;
    for (int token = 0; token < taken.length; token++) {
      double cosine =
          product(asking, pivot, states, token, width)
              / norm(asking, pivot, width)
              / norm(states, token, width);
      unlike[token] = taken[token] ? Double.NEGATIVE_INFINITY : -cosine;
      left += taken[token] ? 0 : 1;
    }
    for (int token : Ranking.top(taken.length, Math.min(each, left), other -> unlike[other])) {
      taken[token] = true;
    }
  }

  private static double norm(float[] rows, int row, int width) {
    return Math.max(1e-8, Math.sqrt(product(rows, row, rows, row, width)));
  }

  private static double product(float[] some, int row, float[] others, int other, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += (double) some[row * width + i] * others[other * width + i];
    }
    return sum;
  }

  /** Returns the tokens of the text that rate, ascending. */
  static int[] raters(float[] relevance) {
    double sum = 0;
    for (float each : relevance) {
      sum += each;
    }
    double mean = sum / relevance.length;
    int[] raters =
        IntStream.range(0, relevance.length).filter(row -> relevance[row] > mean).toArray();
    return raters.length > 0 ? raters : IntStream.range(0, relevance.length).toArray();
  }

  private static int[] sparseVlm(
      List<float[]> seen, int tokens, int whole, int recycled, int clusters) {
    double[] scores = new double[tokens];
    for (int rater : raters(seen.get(0))) {
      for (int token = 0; token < tokens; token++) {
        scores[token] += seen.get(1)[rater * tokens + token];
      }
    }
    int[] falling = Ranking.top(tokens, tokens, token -> scores[token]);
    int[] first = Ranking.topInOrder(tokens, whole, token -> scores[token]);
    int[] others = Arrays.copyOfRange(falling, whole, whole + recycled);
    int[] peaks = densityPeaks(others, seen.get(2), seen.get(2).length / tokens, clusters);
    return Stream.of(first, others, peaks).flatMapToInt(IntStream::of).toArray();
  }

  private static int[] sparseVlmPlus(
      float[] relevance, float[] attention, int tokens, int count, int most) {
    int heads = attention.length / relevance.length / tokens;
    double[][] byHead = new double[heads][tokens];
    double[] sums = new double[heads];
    for (int head = 0; head < heads; head++) {
      for (int rater : raters(relevance)) {
        int start = (head * relevance.length + rater) * tokens;
        for (int token = 0; token < tokens; token++) {
          byHead[head][token] += attention[start + token];
          sums[head] += attention[start + token];
        }
      }
    }
    double[] scores = new double[tokens];
    for (int head : Ranking.top(heads, most, each -> sums[each])) {
      for (int token = 0; token < tokens; token++) {
        scores[token] += byHead[head][token];
      }
    }
    return Ranking.topInOrder(tokens, count, token -> scores[token]);
  }

  /** Returns the cluster of each of some rows. */
  static int[] densityPeaks(int[] rows, float[] values, int width, int clusters) {
    int count = rows.length;
    double[][] distances = new double[count][count];
    double farthest = 0;
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < a; b++) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
          double difference = (double) values[rows[a] * width + i] - values[rows[b] * width + i];
          sum += difference * difference;
        }
        distances[a][b] = Math.sqrt(sum) / Math.sqrt(width);
        distances[b][a] = distances[a][b];
        farthest = Math.max(farthest, distances[a][b]);
      }
    }
    double[] density = new double[count];
    for (int row = 0; row < count; row++) {
      density[row] =
          Math.exp(
              -Arrays.stream(distances[row])
                  .sorted()
                  .limit(clusters)
                  .map(near -> near * near)
                  .average()
                  .orElseThrow());
    }
    double[] scores = new double[count];
    for (int row = 0; row < count; row++) {
      double nearest = farthest;
      for (int other = 0; other < count; other++) {
        boolean denser =
            density[other] > density[row] || density[other] == density[row] && other < row;
        if (denser) {
          nearest = Math.min(nearest, distances[row][other]);
        }
      }
      scores[row] = nearest * density[row];
    }
    int[] centres = Ranking.top(count, clusters, row -> scores[row]);
    int[] cluster = new int[count];
    for (int row = 0; row < count; row++) {
      for (int c = 1; c < clusters; c++) {
        if (distances[row][centres[c]] < distances[row][centres[cluster[row]]]) {
          cluster[row] = c;
        }
      }
    }
    for (int c = 0; c < clusters; c++) {
      cluster[centres[c]] = c;
    }
    return cluster;
  }

  private static int[] pact(
      List<float[]> seen, int tokens, int count, double cutoff, double reach) {
    float[] states = seen.get(1);
    int width = states.length / tokens;
    int[] chosen =
        Ranking.topInOrder(
            tokens,
            count,
            token -> seen.get(0)[token] * Math.sqrt(product(states, token, states, token, width)));
    return keyClusters(chosen, tokens, seen.get(2), cutoff, reach);
  }

  /** Returns the centre of each token, -1 for none. */
  static int[] keyClusters(int[] chosen, int tokens, float[] cosines, double cutoff, double reach) {
    double[] densities = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      for (int other : chosen) {
        double part = distance(cosines, tokens, chosen[i], other) / 2;
        densities[i] += Math.exp(-part * part);
      }
    }
    List<Integer> centres = new ArrayList<>();
    for (int place : Ranking.top(chosen.length, chosen.length, i -> densities[i])) {
      int token = chosen[place];
      if (centres.stream().allMatch(centre -> distance(cosines, tokens, token, centre) > cutoff)) {
        centres.add(token);
      }
    }
    int[] centreOf = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      int nearest = centres.get(0);
      for (int centre : centres) {
        if (distance(cosines, tokens, token, centre) < distance(cosines, tokens, token, nearest)) {
          nearest = centre;
        }
      }
      boolean near = distance(cosines, tokens, token, nearest) <= cutoff * reach;
      centreOf[token] = near ? nearest : -1;
    }
    centres.forEach(centre -> centreOf[centre] = centre);
    return centreOf;
  }

  private static double distance(float[] cosines, int tokens, int one, int other) {
    return one == other ? 0 : Math.max(0, 1.0 - cosines[one * tokens + other]);
  }
}
