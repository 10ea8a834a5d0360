package io.prumerge.reduction.question;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.QuestionText;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.tower.BudgetReducer;
import io.prumerge.text.PythonText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code mmtok} (arXiv 2508.18264; Ironieser/MMTok d1522cd, {@code mm_coverage_selection} of {@code
 * semantic_selector.py}): patches that cover the question's words and the other patches. A patch
 * covers a word by softmax over the patches of cosine / {@code temperature}, after the connector,
 * divided by the number of the words' tokens; and a patch by softmax of the features' cosine / 0.2,
 * divided by the number of patches, times {@code alpha}. Each pick adds most to the coverage
 * ({@link BestCoverage}). Raster order.
 *
 * <p>Patches of nothing but padding are picked last, as the authors do for LLaVA-1.5; {@code
 * padding=use} treats them as the others. The authors' code loads CLIP's text tower too, and never
 * asks it.
 *
 * <p>The authors' code for Qwen2.5-VL is {@code temperature=0.01,words=all}: all words of
 * "Question: " and the question, cosine / 0.01. {@code words=keywords} leaves out those that say
 * nothing about a picture. {@code alpha} is by default 0.5, {@code temperature} 0.02.
 *
 * <p>Deviations: fp32, where the authors normalise in the model's precision. If more tokens are due
 * than patches show the picture, the rest are of padding; the authors' code feeds patch 0 again and
 * again. Their code for Qwen2.5-VL leaves images of up to 64 tokens whole.
 */
final class MmTok extends BudgetReducer {

  private static final Parameter<Double> ALPHA = Parameter.share("alpha").byDefault(0.5);
  private static final Parameter<Boolean> USES_PADDING = Parameter.either("padding", "skip", "use");
  private static final Parameter<Double> TEMPERATURE =
      Parameter.share("temperature").byDefault(0.02);
  private static final Parameter<MmTokWords> WORDS = Parameter.choice("words", MmTokWords.KEYWORDS);
  private static final double PATCH_TEMPERATURE = 0.2;

  private final Weights weights;
  private final TowerEvidence words;
  private final boolean skips;

  /**
   * How patches cover.
   *
   * @param alpha the weight of patches against words
   * @param temperature of the softmax of words
   */
  record Weights(double alpha, double temperature) {}

  private MmTok(Parameters parameters) {
    this(parameters, new TowerEvidence.WordCosines(parameters.value(WORDS)));
  }

  private MmTok(Parameters parameters, TowerEvidence words) {
    super(parameters, Set.of(words, TowerEvidence.Cosines.OF_FEATURES));
    this.weights = new Weights(parameters.value(ALPHA), parameters.value(TEMPERATURE));
    this.words = words;
    this.skips = !parameters.value(USES_PADDING);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    float[] covered = Ranking.finite(spec(), "the cosine of word and patch", patches.of(words));
    float[] cosines =
        Ranking.finite(spec(), "the cosine of pair", patches.of(TowerEvidence.Cosines.OF_FEATURES));
    int[] last = skips ? patches.padding() : new int[0];
    return spatial(
        patches,
        Stage.AFTER_CONNECTOR,
        picks(covered, cosines, patches.count(), weights, tokens, last));
  }

  /**
   * Returns the picks in their order.
   *
   * @param words cosines of the words' tokens to the patches, row-major
   * @param cosines of all pairs of patches
   * @param last patches that are picked last
   */
  static int[] picks(
      float[] words, float[] cosines, int count, Weights weights, int tokens, int[] last) {
    int rows = words.length / count;
    float[][] cover = new float[count][rows + count];
    for (int row = 0; row < rows; row++) {
      cover(words, row, weights.temperature(), 1.0 / rows, cover, row);
    }
    for (int row = 0; row < count; row++) {
      cover(cosines, row, PATCH_TEMPERATURE, weights.alpha() / count, cover, rows + row);
    }
    return new BestCoverage(cover).picks(tokens, last);
  }

  // One row's softmax over the patches, times a weight, as a column of the patches' cover.
  private static void cover(
      float[] cosines, int row, double temperature, double weight, float[][] cover, int column) {
    int start = row * cover.length;
    double[] powers = new double[cover.length];
    double sum = 0;
    for (int patch = 0; patch < powers.length; patch++) {
      powers[patch] = Math.exp(cosines[start + patch] / temperature); // at most e^50
      sum += powers[patch];
    }
    for (int patch = 0; patch < powers.length; patch++) {
      cover[patch][column] = (float) (powers[patch] / sum * weight);
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "mmtok",
          About.of("2508.18264", "Ironieser/MMTok")
              .servable(Servable.withAFixedCount("patches' and words' embeddings suffice")),
          MmTok::new,
          ALPHA,
          USES_PADDING,
          TEMPERATURE,
          TokenBudget.NEEDED,
          WORDS);
    }
  }

  /**
   * Patches that together cover rows, such as words and other patches: a row is covered as well as
   * it is by its best patch. Each pick adds most to the sum over the rows.
   *
   * <p>Gains only fall from pick to pick, so a gain computed earlier bounds the present one, and
   * only the patch with the largest bound is looked at again. The picks are those of computing all
   * gains.
   */
  private static final class BestCoverage {

    private final float[][] cover;
    private final float[] covered;
    private final PriorityQueue<Gain> gains =
        new PriorityQueue<>(
            Comparator.comparingDouble(Gain::value).reversed().thenComparingInt(Gain::patch));

    /**
     * A gain as it was when so many patches were picked.
     *
     * @param picked patches at that time
     */
    private record Gain(int patch, double value, int picked) {}

    /**
     * @param cover how well each patch covers each row; [patches][rows], at least one patch
     */
    BestCoverage(float[][] cover) {
      this.cover = cover;
      this.covered = new float[cover[0].length];
    }

    /**
     * Returns the picks in their order; of equal gains the lower index.
     *
     * @param tokens at most the number of patches
     * @param last patches that are only picked when no others are left
     */
    int[] picks(int tokens, int[] last) {
      boolean[] late = new boolean[cover.length];
      for (int patch : last) {
        late[patch] = true;
      }
      Arrays.fill(covered, 0);
      int[] picks = new int[tokens];
      int first = pick(picks, 0, late, false);
      pick(picks, first, late, true);
      return picks;
    }

    // Picks from those that are late, or from the others; returns how many picks there are then.
    private int pick(int[] picks, int done, boolean[] late, boolean which) {
      gains.clear();
      for (int patch = 0; patch < cover.length; patch++) {
        if (late[patch] == which) {
          gains.add(gain(patch, done));
        }
      }
      int picked = done;
      while (picked < picks.length && !gains.isEmpty()) {
        Gain best = gains.remove();
        if (best.picked() < picked) {
          gains.add(gain(best.patch(), picked));
          continue;
        }
        picks[picked++] = best.patch();
        for (int row = 0; row < covered.length; row++) {
          covered[row] = Math.max(covered[row], cover[best.patch()][row]);
        }
      }
      return picked;
    }

    private Gain gain(int patch, int picked) {
      double sum = 0;
      for (int row = 0; row < covered.length; row++) {
        sum += Math.max(0, (double) cover[patch][row] - covered[row]);
      }
      return new Gain(patch, sum, picked);
    }
  }

  /**
   * The words of a question that MMTok looks at ({@code extract_keywords_simple} of {@code
   * text_processor.py}): without two sentences about the answer's form, without punctuation and
   * without words that show nothing. If no word is left, the whole text without those sentences. Or
   * all of the text, after one more word ({@code apply_selection_preprocess_qwen} of {@code
   * mmtok_core.py}).
   */
  enum MmTokWords implements QuestionText {
    KEYWORDS,
    ALL;

    private static final String SINGLE_WORD = "Answer the question using a single word or phrase.";
    private static final String LETTER =
        "Answer with the option's letter from the given choices directly.";
    private static final Set<String> SHOW_NOTHING =
        Set.of(
            "a",
            "an",
            "the",
            "is",
            "are",
            "was",
            "were",
            "be",
            "been",
            "being",
            "have",
            "has",
            "had",
            "do",
            "does",
            "did",
            "it",
            "they",
            "he",
            "she",
            "we",
            "you",
            "i",
            "what",
            "where",
            "when",
            "why",
            "how",
            "who",
            "which",
            "and",
            "or",
            "but",
            "so",
            "if",
            "then",
            "question",
            "answer",
            "to",
            "for",
            "with",
            "by",
            "from",
            "at",
            "into",
            "onto",
            "upon");
    // Python's \b\w+\b: letters, numbers of every kind, and the low line.
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

    @Override
    public String of(String question) {
      if (this == ALL) {
        return "Question: " + question;
      }
      String text = question.replace(SINGLE_WORD, "").replace(LETTER, "");
      String words =
          WORD.matcher(text)
              .results()
              .map(MatchResult::group)
              .filter(word -> !SHOW_NOTHING.contains(PythonText.lower(word)))
              .collect(Collectors.joining(" "));
      return words.isEmpty() ? text : words;
    }
  }
}
