package io.prumerge.architecture;

import io.prumerge.image.PreprocessorConfig.TargetSize.NativeSize;
import io.prumerge.image.ViewGrid;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The part between connector and decoder: how the rows of an image's views become one sequence, in
 * the place of the prompt's image token.
 */
public interface SequenceLayout extends PartWeights {

  /** In an {@link Arrangement}, a row that is learned instead of coming from the image. */
  int NEWLINE = -1;

  /** Returns the most views that one image may have. */
  int mostViews();

  /** Returns the most tokens that one image may have. */
  int mostTokens();

  /** Returns the struct of the learned row, if the layout has one. */
  Optional<WeightBlock> newline();

  /** Returns how all rows of an image become its tokens. Empty where the rows are the sequence. */
  Optional<Arrangement> all(ViewGrid grid);

  /**
   * Returns how the tokens that a method left of an image become its tokens. Empty where they are
   * the sequence.
   *
   * @param views how each view's tokens were made, in the order of the views
   */
  Optional<Arrangement> reduced(ViewGrid grid, List<Tokens> views);

  /**
   * Returns of each row of an image's views, one view after the other, its place in the sequence of
   * {@link #all}; of a row that is not there, because it shows padding or the grid is made smaller,
   * that of the nearest one which is.
   */
  int[] places(ViewGrid grid);

  /**
   * Returns the rows of the sequence that each image takes.
   *
   * @param images tokens of each
   */
  default List<Integer> inSequence(List<Integer> images) {
    return images;
  }

  /**
   * The tokens that a method left of one view.
   *
   * @param count all of them
   * @param kept the patches that tokens stand for, in the order of the tokens
   */
  record Tokens(int count, int[] kept) {

    /** Returns whether each token stands for one patch, in raster order. */
    boolean inRasterOrder() {
      if (kept.length != count) {
        return false;
      }
      for (int i = 1; i < count; i++) {
        if (kept[i] <= kept[i - 1]) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  default List<WeightBlock> blocks() {
    return newline().map(List::of).orElse(List.of());
  }

  /** An image has one view, and its rows are the sequence. */
  interface OneView extends SequenceLayout {

    @Override
    default int mostViews() {
      return 1;
    }

    @Override
    default Optional<WeightBlock> newline() {
      return Optional.empty();
    }

    @Override
    default Optional<Arrangement> all(ViewGrid grid) {
      return Optional.empty();
    }

    @Override
    default Optional<Arrangement> reduced(ViewGrid grid, List<Tokens> views) {
      return Optional.empty();
    }
  }

  /**
   * LLaVA-1.5's layout.
   *
   * @param tokens of an image before any reduction
   */
  record SingleView(int tokens) implements OneView {

    @Override
    public int mostTokens() {
      return tokens;
    }

    @Override
    public int[] places(ViewGrid grid) {
      return IntStream.range(0, tokens).toArray();
    }
  }

  /**
   * IDEFICS' layout: an image's rows stand outside the sequence, in which its token stays one of
   * the text.
   *
   * @param tokens of an image
   */
  record Beside(int tokens) implements OneView {

    @Override
    public int mostTokens() {
      return tokens;
    }

    @Override
    public List<Integer> inSequence(List<Integer> images) {
      return Collections.nCopies(images.size(), 1);
    }

    @Override
    public int[] places(ViewGrid grid) {
      return IntStream.range(0, tokens).toArray();
    }
  }

  /** Qwen2-VL's layout: the view has as many tokens as the image's size gives. */
  record OwnSize(NativeSize size) implements OneView {

    @Override
    public int mostTokens() {
      long most = size.most() / ((long) size.multiple() * size.multiple());
      return Math.toIntExact(Math.max(1, most));
    }

    @Override
    public int[] places(ViewGrid grid) {
      return IntStream.range(0, size.grid(grid.width(), grid.height()).patches()).toArray();
    }
  }
}
