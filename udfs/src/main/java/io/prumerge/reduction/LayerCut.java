package io.prumerge.reduction;

import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;

/**
 * Visual tokens that leave the decoder before one of its layers. Stateless and thread-safe; equal
 * cuts drop the same tokens of the same prompt.
 */
public interface LayerCut {

  /** Returns the first layer that the dropped tokens do not reach, from 1. */
  int layer();

  CutPositions positions();

  /**
   * Returns the evidence that {@link #keep} needs. If none differs between questions, neither do
   * the kept tokens.
   */
  List<Evidence> sees();

  /**
   * Returns how many of {@code tokens} visual tokens go on, sums of tokens included; the most that
   * may, if the cut is {@link #adaptive}.
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
  KeptTokens keep(SeenTokens seen);

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
   * @param keptTokens number of tokens that go on
   */
  default long flops(int tokens, int keptTokens, int width) {
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
   *     positions where those of the image cannot be, there is no image in the sequence, or there
   *     is text between the views of a video
   */
  static List<LayerCut> of(TokenReducer method, PatchTokens image, int tokens, int layers) {
    List<LayerCut> cuts = of(method, tokens, layers);
    if (image.crossAttended() && !cuts.isEmpty()) {
      throw new ReductionException(
          "Cannot drop tokens inside the decoder of this model: images are no part of its sequence;"
              + " use none");
    }
    if (image.amongText() && !cuts.isEmpty()) {
      throw new ReductionException(
          "Cannot drop tokens inside the decoder of this model for a video, between whose frames"
              + " the prompt has text; use a method that chooses before the decoder");
    }
    if (cuts.stream().anyMatch(cut -> cut.positions() == CutPositions.PACKED)) {
      requireClosing(image);
    }
    return cuts;
  }

  /**
   * Returns a method's cuts for any image of {@code tokens} tokens, checked.
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
      throw new ReductionException(Text.format("The cuts of %s failed with %s", method.spec(), e));
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
            Text.format(
                "Cannot drop visual tokens before layer %d: the decoder has layers 0 to %d, and the"
                    + " layer must be above %d; name the method's layers",
                cut.layer(), layers - 1, before));
      }
      for (Evidence evidence : cut.sees()) {
        Optional<PatchGrid> grid = evidence.wholeGrid();
        if (grid.isPresent() && grid.get().patches() != left) {
          throw new ReductionException(
              Text.format(
                  "Cannot filter %d tokens for the cut before layer %d: they are no grid of %d x"
                      + " %d",
                  left, cut.layer(), grid.get().rows(), grid.get().cols()));
        }
        int last = evidence.ahead() ? cut.layer() : cut.layer() - 1;
        boolean there = evidence.layer() >= before && evidence.layer() <= last;
        if (!there && !evidence.lasts()) {
          throw new ReductionException(
              Text.format(
                  "Cannot use %s for the cut before layer %d: its layer must be from %d to %d",
                  evidence, cut.layer(), before, last));
        }
      }
      apart |= cut.perQuestion();
      if (apart && cut.adaptive()) {
        throw new ReductionException(
            Text.format(
                "Cannot choose the number of tokens before layer %d by what is seen there: the"
                    + " questions have parted",
                cut.layer()));
      }
      int count = cut.count(left);
      if (count < 0 || count > left) {
        throw new ReductionException(
            Text.format(
                "Cannot keep %d of %d tokens before layer %d; a cut keeps from 0 to all of them",
                count, left, cut.layer()));
      }
      before = cut.layer();
      left = count;
    }
  }
}
