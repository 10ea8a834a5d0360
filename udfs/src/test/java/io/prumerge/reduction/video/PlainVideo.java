package io.prumerge.reduction.video;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A video as plain arrays, and what methods see of it by the definitions, in doubles.
 *
 * @param x [views][tokens][channels]
 */
public record PlainVideo(float[][][] x) {

  /** Reads {@code x} [frames, tokens, dim] of a vector's case. */
  static PlainVideo of(JsonNode one) {
    int views = one.get("frames").asInt();
    int tokens = one.get("tokens").asInt();
    int width = one.get("dim").asInt();
    float[][][] x = new float[views][tokens][width];
    for (int i = 0; i < views * tokens * width; i++) {
      x[i / width / tokens][i / width % tokens][i % width] = (float) one.get("x").get(i).asDouble();
    }
    return new PlainVideo(x);
  }

  /** Returns random scenes of three views each. */
  static PlainVideo random(int views, int tokens, int width, long seed) {
    Random random = new Random(seed);
    float[][][] x = new float[views][tokens][width];
    for (int view = 0; view < views; view++) {
      for (int token = 0; token < tokens; token++) {
        for (int channel = 0; channel < width; channel++) {
          float scene = view % 3 == 0 ? 0 : x[view - 1][token][channel];
          x[view][token][channel] =
              scene + (float) random.nextGaussian() * (view % 3 == 0 ? 1 : .4f);
        }
      }
    }
    return new PlainVideo(x);
  }

  int views() {
    return x.length;
  }

  int tokens() {
    return x[0].length;
  }

  int width() {
    return x[0][0].length;
  }

  double cosine(int view, int other, int token) {
    double product = 0;
    double one = 0;
    double two = 0;
    for (int channel = 0; channel < width(); channel++) {
      product += (double) x[view][token][channel] * x[other][token][channel];
      one += (double) x[view][token][channel] * x[view][token][channel];
      two += (double) x[other][token][channel] * x[other][token][channel];
    }
    return one == 0 || two == 0 ? 0 : product / Math.sqrt(one) / Math.sqrt(two);
  }

  /** Returns the half of the channels with the least variance over all tokens. */
  private int[] steady() {
    double[] variances = new double[width()];
    int rows = views() * tokens();
    for (int channel = 0; channel < width(); channel++) {
      double mean = 0;
      for (float[][] view : x) {
        for (float[] token : view) {
          mean += token[channel] / rows;
        }
      }
      for (float[][] view : x) {
        for (float[] token : view) {
          variances[channel] += (token[channel] - mean) * (token[channel] - mean) / rows;
        }
      }
    }
    return IntStream.range(0, width())
        .boxed()
        .sorted(Comparator.comparing(channel -> variances[channel])) // stable
        .limit(width() / 2)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns scores by the video's mean and by the views', [2][views][tokens]. */
  double[][][] centreScores() {
    int[] steady = steady();
    double[][][] unit = new double[views()][tokens()][steady.length];
    for (int view = 0; view < views(); view++) {
      for (int token = 0; token < tokens(); token++) {
        double length = 0;
        for (int channel : steady) {
          length += (double) x[view][token][channel] * x[view][token][channel];
        }
        for (int i = 0; i < steady.length && length > 0; i++) {
          unit[view][token][i] = x[view][token][steady[i]] / Math.sqrt(length);
        }
      }
    }
    double[][][] scores = new double[2][views()][tokens()];
    double[] ofVideo = mean(unit, 0, views());
    for (int view = 0; view < views(); view++) {
      double[] ofView = mean(unit, view, view + 1);
      for (int token = 0; token < tokens(); token++) {
        scores[0][view][token] = gaussians(unit[view][token], ofVideo);
        scores[1][view][token] = gaussians(unit[view][token], ofView);
      }
    }
    return scores;
  }

  private static double[] mean(double[][][] unit, int first, int end) {
    double[] mean = new double[unit[0][0].length];
    for (int view = first; view < end; view++) {
      for (double[] token : unit[view]) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += token[i] / (end - first) / unit[view].length;
        }
      }
    }
    return mean;
  }

  private static double gaussians(double[] token, double[] centre) {
    double distance = 0;
    for (int i = 0; i < centre.length; i++) {
      distance += (token[i] - centre[i]) * (token[i] - centre[i]);
    }
    double sum = 0;
    for (double a = .125; a <= 2; a *= 2) {
      sum += Math.exp(-distance / (2 * a));
    }
    return sum;
  }

  /** Returns the video's views with all that the methods here look at. */
  public List<ArrayPatchTokens> patches() {
    double[][][] scores = centreScores();
    float[] all = new float[2 * views() * tokens()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) scores[i / tokens() / views()][i / tokens() % views()][i % tokens()];
    }
    return patches(all);
  }

  /**
   * Returns them with given scores by the centres.
   *
   * @param scores [2, views, tokens]
   */
  List<ArrayPatchTokens> patches(float[] scores) {
    List<ArrayPatchTokens> patches = new ArrayList<>();
    for (int view = 0; view < views(); view++) {
      ArrayPatchTokens one =
          new ArrayPatchTokens(x[view], new float[tokens()][1], new float[tokens()], new byte[32]);
      for (int back = 1; back <= view; back++) {
        one.with(new TowerEvidence.EarlierCosines(back), cosines(view, back));
      }
      patches.add(one);
    }
    patches.get(0).with(new TowerEvidence.CentreScores(views()), scores);
    return ArrayPatchTokens.video(patches);
  }

  /** Returns the cosines of a view with an earlier one. */
  float[] cosines(int view, int back) {
    float[] cosines = new float[tokens()];
    for (int token = 0; token < tokens(); token++) {
      cosines[token] = (float) cosine(view, view - back, token);
    }
    return cosines;
  }
}
