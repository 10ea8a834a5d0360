package io.prumerge.model.decoder;

import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.reduction.LayerCut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Questions that share a prefix: {@code [text before the image][visual tokens]}, then each
 * question's own text. Packed after the shared prefix, with positions that restart after it, this
 * is exactly each question's own sequence. Positions are the rows' places in the sequence, unless
 * visual tokens keep those that they had among more of them.
 *
 * @param prefix token ids every question begins with, one id for each run of visual tokens
 *     included: those of an image, or of a part of it where there is text between its views
 * @param system how many of these ids other prompts begin with too: their keys are computed once
 *     for the model; at most up to the first run
 * @param visualSlots indices of those ids in {@code prefix}, rising; none for text only
 * @param rows the visual tokens of as many runs, with their positions; null for text only
 * @param cuts where visual tokens leave the decoder, by rising layer; then the prefix ends with
 *     these, which are one image's. Text between them stays
 * @param first what the cuts keep for all questions, which is what they keep for the first one;
 *     empty where each question is cut separately
 * @param suffixes token ids of each question after the prefix, at least one id each
 * @param limits how many tokens each question generates
 */
public record PromptGroup(
    int[] prefix,
    int system,
    int[] visualSlots,
    VisualRows rows,
    List<LayerCut> cuts,
    Optional<FirstQuestionCuts> first,
    List<int[]> suffixes,
    List<GenerationLimits> limits) {

  /** Questions whose visual tokens go through all layers. */
  public PromptGroup(
      int[] prefix,
      int visualSlot,
      ProjectedTokens visual,
      List<int[]> suffixes,
      List<GenerationLimits> limits) {
    this(prefix, visualSlot, visual, List.of(), suffixes, limits);
  }

  /** Questions about one run of visual tokens at most; parameters as the record's. */
  public PromptGroup(
      int[] prefix,
      int visualSlot,
      VisualRows rows,
      List<LayerCut> cuts,
      Optional<FirstQuestionCuts> first,
      List<int[]> suffixes,
      List<GenerationLimits> limits) {
    this(
        prefix,
        visualSlot < 0 ? prefix.length : visualSlot,
        visualSlot < 0 ? new int[0] : new int[] {visualSlot},
        rows,
        cuts,
        first,
        suffixes,
        limits);
  }

  /** Questions each of which is cut separately; the visual tokens close up. */
  public PromptGroup(
      int[] prefix,
      int visualSlot,
      ProjectedTokens visual,
      List<LayerCut> cuts,
      List<int[]> suffixes,
      List<GenerationLimits> limits) {
    this(
        prefix,
        visualSlot,
        visual == null ? null : VisualRows.packed(visual),
        cuts,
        Optional.empty(),
        suffixes,
        limits);
  }

  public PromptGroup {
    cuts = List.copyOf(cuts);
    suffixes = List.copyOf(suffixes);
    limits = List.copyOf(limits);
    if (suffixes.isEmpty() || suffixes.size() != limits.size()) {
      throw new IllegalArgumentException(
          "Cannot group " + suffixes.size() + " questions with " + limits.size() + " limits");
    }
    if (visualSlots.length != (rows == null ? 0 : rows.tokens().runs().size())) {
      throw new IllegalArgumentException("Visual slots and runs of visual tokens come together");
    }
    if (!cuts.isEmpty()
        && (visualSlots.length == 0 || visualSlots[visualSlots.length - 1] != prefix.length - 1)) {
      throw new IllegalArgumentException("After tokens that are cut there is no shared text");
    }
  }

  /** Returns the visual tokens; null for text only. */
  public ProjectedTokens visual() {
    return rows == null ? null : rows.tokens();
  }

  /** Returns the rows of the prefix: its ids, with all visual tokens in their slots. */
  public int prefixRows() {
    return prefix.length - visualSlots.length + (rows == null ? 0 : rows.positions().rows());
  }

  /** Returns the position of each row of the prefix. */
  public int[] prefixPositions() {
    IntStream.Builder positions = IntStream.builder();
    int next = 0;
    int run = 0;
    for (int id = 0; id < prefix.length; id++) {
      if (run < visualSlots.length && visualSlots[run] == id) {
        int first = next;
        rows.positions().ofRuns().get(run).forEach(place -> positions.add(first + place));
        next += rows.positions().spans().get(run++);
      } else {
        positions.add(next++);
      }
    }
    return positions.build().toArray();
  }

  /** Returns M-RoPE's axes of the group's positions, which are indices into all tokens then. */
  RopeAxes axes() {
    List<RopeImage> images = new ArrayList<>();
    int next = 0;
    for (int image = 0; image < visualSlots.length; image++) {
      int first = visualSlots[image] - image + next;
      images.add(new RopeImage(first, rows.positions().grids().get(image)));
      next += rows.positions().spans().get(image);
    }
    return new RopeAxes(images);
  }

  /** Returns the position at which each question's own text begins. */
  public int textPosition() {
    return prefix.length - visualSlots.length + (rows == null ? 0 : rows.positions().span());
  }

  /** Returns the position after one question's whole prompt. */
  public int promptPositions(int question) {
    return textPosition() + suffixes.get(question).length;
  }

  /**
   * Returns the positions of one question's text and of its longest answer; the last token is not
   * read.
   */
  public int slots(int question) {
    return suffixes.get(question).length + limits.get(question).maxNewTokens() - 1;
  }

  /** Returns the positions of the longest sequence when its answer is as long as it may be. */
  public int longestPositions() {
    return IntStream.range(0, suffixes.size())
        .map(q -> promptPositions(q) + limits.get(q).maxNewTokens())
        .max()
        .orElseThrow();
  }

  /** Returns whether each question keeps tokens of its own after a cut. */
  public boolean parts(LayerCut cut) {
    return first.isEmpty() && cut.perQuestion();
  }

  /** Returns whether answers see fewer tokens in some layers than the prompts. */
  public boolean dropsEarlierRows() {
    return cuts.stream().anyMatch(LayerCut::dropsEarlierRows);
  }

  /** Returns the rows of the prefix that are visual tokens. */
  public VisualSlots visualRows() {
    IntStream.Builder visual = IntStream.builder();
    int shift = 0; // by the tokens of earlier runs
    for (int run = 0; run < visualSlots.length; run++) {
      int first = visualSlots[run] + shift;
      int tokens = rows.positions().ofRuns().get(run).size();
      IntStream.range(first, first + tokens).forEach(visual::add);
      shift += tokens - 1;
    }
    return new VisualSlots(visual.build().toArray(), prefixRows());
  }

  /** Returns the ids that other prompts begin with too. */
  public int[] systemIds() {
    return Arrays.copyOf(prefix, system);
  }

  /** Returns other questions after the same prefix. */
  public PromptGroup with(List<int[]> otherSuffixes, List<GenerationLimits> otherLimits) {
    return new PromptGroup(
        prefix, system, visualSlots, rows, cuts, first, otherSuffixes, otherLimits);
  }

  /** Returns the questions from {@code start} until before {@code end}. */
  public PromptGroup part(int start, int end) {
    return with(suffixes.subList(start, end), limits.subList(start, end));
  }
}
