package io.prumerge.reduction;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Visual tokens that leave the decoder before one of its layers. Stateless and thread-safe; equal
 * cuts drop the same tokens of the same prompt.
 */
public interface LayerCut {

  /** The positions of the tokens after the dropped ones. */
  enum Positions {
    /** They stay as they are. */
    KEPT,
    /** They close up, in these layers and those after them. */
    PACKED
  }

  /** Returns the first layer that the dropped tokens do not reach, from 1. */
  int layer();

  Positions positions();

  /**
   * Returns the evidence that {@link #keep} needs. If none differs between questions, neither do
   * the kept tokens.
   */
  List<Evidence> sees();

  /**
   * Returns how many of so many tokens go on, sums of tokens included; the most that may, if the
   * cut is {@link #adaptive}.
   */
  int count(int tokens);

  /**
   * Returns whether how many tokens go on depends on what the cut sees; only for a cut that all
   * questions share.
   */
  default boolean adaptive() {
    return false;
  }

  /**
   * Returns whether the dropped tokens also leave the caches of the layers before the cut, once the
   * prompt has run: then no token of the answer sees them in any layer.
   */
  default boolean dropsEarlierRows() {
    return false;
  }

  /**
   * Returns whether it takes the first token of the text for one that sees no question, so that
   * there has to be one between the image and the question.
   */
  default boolean needsNullToken() {
    return false;
  }

  /**
   * Returns the function that looks at the evidence on the device, so that the host does not read
   * it; none for a cut whose {@link #keep} looks at it itself. Which of the two does not depend on
   * the number of tokens.
   *
   * @param tokens visual tokens that reach the cut
   */
  default Optional<DeviceRule> onDevice(int tokens) {
    return Optional.empty();
  }

  /**
   * Chooses the {@link #count} tokens that go on, of what it sees or of what {@link #onDevice} made
   * of it. What it throws fails the questions it is for.
   */
  Kept keep(SeenTokens seen);

  /**
   * Returns the FLOPs of {@link #keep}'s own matrix products and of the sums that it asks for.
   *
   * @param tokens visual tokens that reach the cut
   * @param width of the decoder's hidden states
   */
  default long flops(int tokens, int width) {
    return 0;
  }

  /**
   * Returns the FLOPs of the cut where it is known how many tokens go on.
   *
   * @param kept tokens that go on
   */
  default long flops(int tokens, int kept, int width) {
    return flops(tokens, width);
  }

  /** Returns whether each question may keep other tokens. */
  default boolean perQuestion() {
    return sees().stream().anyMatch(Evidence::perQuestion);
  }

  /**
   * Refuses to close up positions that are rows and columns: nobody says what they would be then.
   *
   * @throws ReductionException if those of the image are such
   */
  static void requireClosing(PatchTokens image) {
    if (image.positionsHaveParts()) {
      throw new ReductionException(
          "Cannot close up positions, which in this model's decoder are rows and columns; use"
              + " positions=kept");
    }
  }

  /**
   * Returns a method's cuts for an image, checked.
   *
   * @param tokens visual tokens that the decoder receives
   * @param layers of the decoder
   * @throws ReductionException as {@link #of(TokenReducer, int, int)}, and if they close up
   *     positions where those of the image cannot be, or there is no image in the sequence
   */
  static List<LayerCut> of(TokenReducer method, PatchTokens image, int tokens, int layers) {
    List<LayerCut> cuts = of(method, tokens, layers);
    if (image.beside() && !cuts.isEmpty()) {
      throw new ReductionException(
          "Cannot drop tokens inside the decoder of this model: images are no part of its sequence;"
              + " use none");
    }
    if (cuts.stream().anyMatch(cut -> cut.positions() == Positions.PACKED)) {
      requireClosing(image);
    }
    return cuts;
  }

  /**
   * Returns a method's cuts for any image of so many tokens, checked.
   *
   * @param tokens visual tokens that the decoder receives
   * @param layers of the decoder
   * @throws ReductionException as {@link #check}, and for whatever the method throws
   */
  static List<LayerCut> of(TokenReducer method, int tokens, int layers) {
    try {
      List<LayerCut> cuts = List.copyOf(method.cuts(tokens, layers));
      check(cuts, tokens, layers);
      return cuts;
    } catch (ReductionException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new ReductionException(
          String.format(Locale.ROOT, "The cuts of %s failed with %s", method.spec(), e));
    }
  }

  /**
   * Checks a method's cuts against an image and a decoder.
   *
   * @param tokens visual tokens that the decoder receives
   * @param layers of the decoder
   * @throws ReductionException if a layer is not there or the cuts are not in its order, if
   *     evidence is asked for that is not there at its cut or of these tokens, or if a cut keeps
   *     more than there is
   */
  static void check(List<? extends LayerCut> cuts, int tokens, int layers) {
    int before = 0;
    int left = tokens;
    boolean apart = false;
    for (LayerCut cut : cuts) {
      if (cut.layer() < 1 || cut.layer() <= before || cut.layer() >= layers) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot drop visual tokens before layer %d: the decoder has layers 0 to %d, and the"
                    + " layer must be above %d; name the method's layers",
                cut.layer(),
                layers - 1,
                before));
      }
      for (Evidence evidence : cut.sees()) {
        if (evidence instanceof Evidence.HighPass filtered && filtered.grid().patches() != left) {
          throw new ReductionException(
              String.format(
                  Locale.ROOT,
                  "Cannot filter %d tokens for the cut before layer %d: they are no grid of %d x"
                      + " %d",
                  left,
                  cut.layer(),
                  filtered.grid().rows(),
                  filtered.grid().cols()));
        }
        int last = evidence.ahead() ? cut.layer() : cut.layer() - 1;
        boolean there = evidence.layer() >= before && evidence.layer() <= last;
        if (!there && !(evidence instanceof Evidence.TextRelevance)) {
          throw new ReductionException(
              String.format(
                  Locale.ROOT,
                  "Cannot use %s for the cut before layer %d: its layer must be from %d to %d",
                  evidence,
                  cut.layer(),
                  before,
                  last));
        }
      }
      apart |= cut.perQuestion();
      if (apart && cut.adaptive()) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot choose the number of tokens before layer %d by what is seen there: the"
                    + " questions have parted",
                cut.layer()));
      }
      int count = cut.count(left);
      if (count < 0 || count > left) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot keep %d of %d tokens before layer %d; a cut keeps from 0 to all of them",
                count,
                left,
                cut.layer()));
      }
      before = cut.layer();
      left = count;
    }
  }

  /**
   * A rule, or the part of it that looks at large evidence, as a function of {@code
   * rules.torchscript}: it takes the tensors of what the cut sees, in that order, then the numbers,
   * and gives a tensor of a few values for each token.
   *
   * @param numbers Integer or Double, as the function's signature asks
   */
  record DeviceRule(String function, List<Number> numbers) {}

  /**
   * The visual tokens at a cut inside the decoder.
   *
   * @param count the tokens that have come so far, numbered from 0 in the order fed
   * @param values the evidence that the cut asked for, row-major; none where a rule on the device
   *     looked at it
   * @param made what that rule gave; empty without one, and where there are no tokens
   */
  record SeenTokens(int count, Map<Evidence, float[]> values, float[] made) {

    /** What a cut sees that chooses itself. */
    public SeenTokens(int count, Map<Evidence, float[]> values) {
      this(count, values, new float[0]);
    }

    /** What a rule on the device made of the evidence. */
    public SeenTokens(int count, float[] made) {
      this(count, Map.of(), made);
    }

    /** Returns some of the values that the rule on the device gave, which are places of tokens. */
    public int[] places(int start, int end) {
      return IntStream.range(start, end).map(i -> (int) made[i]).toArray();
    }

    /** Returns the values of one piece of evidence, of the shape that it names. */
    public float[] of(Evidence evidence) {
      return values.get(evidence);
    }
  }

  /**
   * The visual tokens after a cut, row by row: first tokens as they are, then rows that are
   * weighted sums of tokens.
   *
   * @param tokens for each row the token that it is, and whose position it keeps; for a sum only
   *     the latter. The tokens that go on as they are come first, ascending
   * @param share the weights of the sums, one row for each of the last {@code tokens}, one column
   *     for each token before the cut; row-major, empty for none
   * @param sizes how many tokens each row counts for in the attention from this layer up to the
   *     next cut, at least 1: log(size) is added to the score of its key; empty if each counts for
   *     one. (Attention that the next cut asks for as evidence does not know of it.)
   */
  record Kept(int[] tokens, float[] share, int[] sizes) {

    /** Rows that count for one token each. */
    public Kept(int[] tokens, float[] share) {
      this(tokens, share, new int[0]);
    }

    /** Returns the tokens as they are. */
    public static Kept of(int... tokens) {
      return new Kept(tokens, new float[0]);
    }

    /** Returns the number of rows that are sums. */
    public int sums(int before) {
      return before == 0 ? 0 : share.length / before;
    }

    /**
     * Checks it against what the cut has said.
     *
     * @param before tokens that reached the cut
     * @param count tokens that were to go on
     * @param fewer whether fewer may
     * @throws ReductionException if it is anything else
     */
    public void check(int before, int count, boolean fewer) {
      int sums = sums(before);
      boolean fine = tokens.length == count || fewer && tokens.length < count;
      fine &= sums <= tokens.length && share.length == sums * before;
      int last = -1;
      for (int row = 0; row < tokens.length; row++) {
        boolean sum = row >= tokens.length - sums;
        fine &= tokens[row] > (sum ? -1 : last) && tokens[row] < before;
        last = tokens[row];
      }
      if (!fine) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "the method must keep %d of %d tokens, in ascending order, but gave %s%s",
                count,
                before,
                Arrays.toString(tokens),
                share.length == 0 ? "" : " and " + share.length + " weights"));
      }
      if (sizes.length > 0
          && (sizes.length != tokens.length || IntStream.of(sizes).anyMatch(size -> size < 1))) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "the method must give one size of at least 1 for each of %d tokens, but gave %s",
                tokens.length,
                Arrays.toString(sizes)));
      }
      for (float weight : share) {
        if (!Float.isFinite(weight)) {
          throw new ReductionException("the method gave the weight " + weight);
        }
      }
    }
  }
}
