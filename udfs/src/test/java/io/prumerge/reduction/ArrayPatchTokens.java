package io.prumerge.reduction;

import io.prumerge.config.ReferenceModel;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Patch tokens over plain arrays, merged by the definition: one loop per kept token, patch and
 * channel, sums in double. Slow, and meant to be read next to the official code. The connector is
 * the identity.
 */
public final class ArrayPatchTokens implements PatchTokens {
  private final float[][] features;
  private final float[][] keys;
  private final float[] attention;
  private final byte[] sha256;
  private final Map<TowerEvidence, float[]> evidence = new HashMap<>();
  private float[] classToken;
  private Measures measures;
  private List<ArrayPatchTokens> views = List.of(this);
  private Optional<ViewSpan> own = Optional.empty();
  private ReferenceModel reference = ReferenceModel.LLAVA;
  private Optional<PatchGrid> grid = Optional.empty();
  private boolean ofVideo;

  /**
   * @param features N x width, CLS excluded
   * @param keys N x key width, the last layer's keys, CLS excluded
   * @param attention of CLS to each patch; length N
   * @param sha256 32 bytes
   */
  public ArrayPatchTokens(float[][] features, float[][] keys, float[] attention, byte[] sha256) {
    this.features = features;
    this.keys = keys;
    this.attention = attention;
    this.sha256 = sha256;
    this.classToken = new float[features[0].length];
  }

  /** Patches with nothing but scores: features and keys are all zero. */
  public static ArrayPatchTokens scored(float... attention) {
    int count = attention.length;
    return new ArrayPatchTokens(new float[count][1], new float[count][1], attention, new byte[32]);
  }

  /**
   * Attention of CLS to each patch from the raw projections of the last layer: one head over all
   * channels, softmax over CLS and patches.
   *
   * @param clsQuery width C
   * @param keys (N + 1) x C, CLS first
   */
  public static float[] clsAttention(float[] clsQuery, float[][] keys) {
    double[] logits = new double[keys.length];
    for (int key = 0; key < keys.length; key++) {
      logits[key] = dot(clsQuery, keys[key]) / Math.sqrt(clsQuery.length);
    }
    double max = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();
    float[] attention = new float[keys.length - 1];
    for (int patch = 0; patch < attention.length; patch++) {
      attention[patch] = (float) (Math.exp(logits[patch + 1] - max) / sum);
    }
    return attention;
  }

  /** Patches with given CLS attention in the last layer of the features. */
  public static ArrayPatchTokens seen(float[][] features, float... classAttention) {
    return new ArrayPatchTokens(
            features,
            new float[classAttention.length][1],
            new float[classAttention.length],
            new byte[32])
        .with(new TowerEvidence.ClassAttention(new TowerLayer.Last()), classAttention);
  }

  /** Gives the class token's features; they are zero otherwise. */
  public ArrayPatchTokens withClassToken(float... values) {
    classToken = values;
    return this;
  }

  /** Adds a piece of evidence. */
  public ArrayPatchTokens with(TowerEvidence piece, float... values) {
    evidence.put(piece, values);
    return this;
  }

  /** Makes an image of several views, the whole image first. */
  public static List<ArrayPatchTokens> together(List<ArrayPatchTokens> views) {
    views.forEach(view -> view.views = views);
    return views;
  }

  /** Makes a video of views, in the order of time. */
  public static List<ArrayPatchTokens> video(List<ArrayPatchTokens> views) {
    views.forEach(view -> view.ofVideo = true);
    return together(views);
  }

  /** Makes a prompt of several images and videos, each its views. */
  public static List<ArrayPatchTokens> prompt(List<List<ArrayPatchTokens>> images) {
    int first = 0;
    for (List<ArrayPatchTokens> image : images) {
      ViewSpan span = new ViewSpan(first, image.size());
      image.forEach(view -> view.own = Optional.of(span));
      first = span.end();
    }
    return together(images.stream().flatMap(List::stream).toList());
  }

  @Override
  public ViewSpan ownViews() {
    return own.orElseGet(PatchTokens.super::ownViews);
  }

  @Override
  public boolean ofVideo() {
    return ofVideo;
  }

  @Override
  public List<ArrayPatchTokens> views() {
    return views;
  }

  @Override
  public int view() {
    return views.indexOf(this);
  }

  /** Gives the patches a model. */
  public ArrayPatchTokens with(Measures model) {
    measures = model;
    return this;
  }

  /** Makes it an image of another model; without this it is LLaVA's, and a square. */
  public ArrayPatchTokens of(ReferenceModel model, PatchGrid patches) {
    reference = model;
    grid = Optional.of(patches);
    return this;
  }

  @Override
  public ReferenceModel reference() {
    return reference;
  }

  @Override
  public Measures measures() {
    return measures == null ? PatchTokens.super.measures() : measures;
  }

  @Override
  public int count() {
    return attention.length;
  }

  @Override
  public PatchGrid grid() {
    return grid.orElseGet(() -> PatchGrid.square((int) Math.sqrt(count())));
  }

  @Override
  public float[] of(TowerEvidence piece) {
    if (evidence.containsKey(piece)) {
      return evidence.get(piece);
    }
    if (piece instanceof TowerEvidence.FullWidthAttention) {
      return attention;
    }
    if (piece instanceof TowerEvidence.Cosines) {
      return cosines(features);
    }
    if (piece instanceof TowerEvidence.SequenceCosines && ofVideo) {
      return cosines(
          views.stream().flatMap(view -> Arrays.stream(view.features)).toArray(float[][]::new));
    }
    if (piece instanceof TowerEvidence.MeanDistances distances) {
      return distances(distances.views(), distances.patches());
    }
    if (piece instanceof TowerEvidence.TransportKernel) {
      return SlowKernels.transport(features);
    }
    if (piece instanceof TowerEvidence.ApproximationErrors errors) {
      return SlowKernels.approximation(features, errors.basisOf(count()), errors.start(this));
    }
    throw new IllegalArgumentException("The test gave no " + piece);
  }

  @Override
  public byte[] imageSha256() {
    return sha256.clone();
  }

  @Override
  public ArrayReduction all() {
    return new ArrayReduction(
        rows(IntStream.range(0, count()).toArray()), Optional.empty(), 0, false);
  }

  @Override
  public ArrayReduction gather(Stage stage, int[] kept) {
    boolean whole = Arrays.equals(kept, IntStream.range(0, count()).toArray());
    return whole ? all() : new ArrayReduction(rows(kept), Optional.of(kept.clone()), 0, false);
  }

  @Override
  public ArrayReduction blend(Stage stage, List<Blend> tokens) {
    double[][] rows = new double[tokens.size()][features[0].length];
    for (int token = 0; token < rows.length; token++) {
      for (BlendPart part : tokens.get(token).parts()) {
        for (int channel = 0; channel < rows[token].length; channel++) {
          float[] source = part.patch() == Blend.CLASS_TOKEN ? classToken : behind(part.patch());
          rows[token][channel] += (double) part.weight() * source[channel];
        }
      }
    }
    int[] kept = tokens.stream().flatMapToInt(token -> token.patch().stream()).toArray();
    return new ArrayReduction(rows, Optional.of(kept), 0, false);
  }

  // Patches of a video's views are numbered on from one to the next.
  private float[] behind(int patch) {
    return patch < count() ? features[patch] : views.get(view() + 1).behind(patch - count());
  }

  @Override
  public Reduction inTower(InTower method, int tokens) {
    throw new IllegalArgumentException("The test has no tower for " + method);
  }

  @Override
  public ArrayReduction merge(int[] kept, int neighbours, boolean summary) {
    List<double[]> rows = new ArrayList<>();
    for (int centre : kept) {
      double[] row = row(centre);
      for (int neighbour : mostSimilar(centre, neighbours)) {
        add(row, neighbour);
      }
      rows.add(row);
    }
    if (summary) {
      double[] row = new double[features[0].length];
      for (int patch = 0; patch < count(); patch++) {
        int discarded = patch;
        if (IntStream.of(kept).noneMatch(index -> index == discarded)) {
          add(row, patch);
        }
      }
      rows.add(row);
    }
    return new ArrayReduction(
        rows.toArray(double[][]::new),
        Optional.of(kept.clone()),
        Math.min(neighbours, count() - 1),
        summary);
  }

  @Override
  public ScriptChoice choose(ScriptCall call) {
    throw new UnsupportedOperationException("There is no libtorch here");
  }

  @Override
  public ArrayReduction downsampled(int side) {
    throw new UnsupportedOperationException("There is no tower here");
  }

  /** The other patches by cosine of the keys, most similar first; ties to the lower index. */
  private int[] mostSimilar(int centre, int count) {
    return IntStream.range(0, count())
        .filter(patch -> patch != centre)
        .boxed()
        .sorted(
            Comparator.comparing((Integer patch) -> -cosine(keys[centre], keys[patch]))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private float[] distances(int count, List<Integer> patches) {
    List<ArrayPatchTokens> own = views.subList(view(), view() + count);
    int width = features[0].length;
    double[][] means = new double[patches.size()][width];
    for (int mean = 0; mean < means.length; mean++) {
      for (ArrayPatchTokens view : own) {
        for (int channel = 0; channel < width; channel++) {
          means[mean][channel] += (double) view.features[patches.get(mean)][channel] / count;
        }
      }
    }
    float[] distances = new float[means.length * means.length];
    for (int pair = 0; pair < distances.length; pair++) {
      double squares = 0;
      for (int channel = 0; channel < width; channel++) {
        double one = means[pair / means.length][channel];
        squares += Math.pow(one - means[pair % means.length][channel], 2);
      }
      distances[pair] = (float) Math.sqrt(squares / width);
    }
    return distances;
  }

  private static float[] cosines(float[][] rows) {
    float[] cosines = new float[rows.length * rows.length];
    for (int one = 0; one < rows.length; one++) {
      for (int other = 0; other < rows.length; other++) {
        cosines[one * rows.length + other] = (float) cosine(rows[one], rows[other]);
      }
    }
    return cosines;
  }

  private static double cosine(float[] a, float[] b) {
    double norms = Math.max(1e-12, Math.sqrt(dot(a, a))) * Math.max(1e-12, Math.sqrt(dot(b, b)));
    return dot(a, b) / norms;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int channel = 0; channel < a.length; channel++) {
      sum += (double) a[channel] * b[channel];
    }
    return sum;
  }

  /** Adds the attention-weighted feature of a patch. */
  private void add(double[] row, int patch) {
    for (int channel = 0; channel < row.length; channel++) {
      row[channel] += (double) attention[patch] * features[patch][channel];
    }
  }

  private double[][] rows(int[] patches) {
    return IntStream.of(patches).mapToObj(this::row).toArray(double[][]::new);
  }

  private double[] row(int patch) {
    return IntStream.range(0, features[patch].length)
        .mapToDouble(channel -> features[patch][channel])
        .toArray();
  }
}
