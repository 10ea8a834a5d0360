package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.Merge;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The tokens that one method chooses for one image. Patches are numbered through all of its views.
 *
 * @param kept patches in the order fed, summary tokens excluded; empty when nothing was dropped
 * @param tokens of each view that the language model receives, summary tokens included
 * @param positions of all tokens in the language model, from 0 at the image's first one
 * @param merges the patches that tokens are made of, view by view in the tokens' order, without
 *     PruMerge's summaries; none if nothing is merged before the decoder
 * @param staying the tokens that are left after each of the method's cuts inside the decoder; none
 *     without a question
 * @param work work of the reduction
 */
public record MethodChoice(
    MethodSpec method,
    Optional<List<Integer>> kept,
    List<Integer> tokens,
    List<Integer> positions,
    List<Merge> merges,
    List<StayingTokens> staying,
    ImageWork work) {

  public MethodChoice {
    kept = kept.map(List::copyOf);
    tokens = List.copyOf(tokens);
    positions = List.copyOf(positions);
    merges = List.copyOf(merges);
    staying = List.copyOf(staying);
  }

  /**
   * Returns the part of one image, where the choice is of several in one prompt. Its patches are
   * numbered through its own views.
   *
   * @param views of the image
   * @param first of its patches
   * @param end the patch after its last one
   * @param places positions of the image's tokens
   */
  MethodChoice of(ViewSpan views, int first, int end, List<Integer> places) {
    return new MethodChoice(
        method,
        kept.map(
            all ->
                all.stream()
                    .filter(patch -> patch >= first && patch < end)
                    .map(patch -> patch - first)
                    .toList()),
        tokens.subList(views.first(), views.end()),
        places,
        merges.stream()
            .filter(merge -> merge.position() >= first && merge.position() < end)
            .map(merge -> merge.from(-first))
            .toList(),
        staying,
        new ImageWork(
            work.views().subList(views.first(), views.end()),
            places.size(),
            work.instruction(),
            work.grids().subList(views.first(), views.end())));
  }

  /**
   * Returns this choice, of all patches of fewer frames of a video, as one of all its frames'
   * patches.
   *
   * @param video with all frames, each of which is a view
   * @param patches of a frame
   */
  MethodChoice ofFrames(PictureLimit.OfFrames fewer, ViewGrid video, int patches) {
    int[] places = fewer.places(video.views());
    Integer[] counts = new Integer[video.views()];
    Arrays.fill(counts, 0);
    for (int i = 0; i < places.length; i++) {
      counts[places[i]] = tokens.get(i);
    }
    List<Integer> seen =
        IntStream.of(places)
            .flatMap(frame -> IntStream.range(frame * patches, (frame + 1) * patches))
            .boxed()
            .toList();
    return new MethodChoice(
        method, Optional.of(seen), List.of(counts), positions, merges, staying, work);
  }

  /** Returns all tokens that the language model receives, with the learned ones of the layout. */
  public int allTokens() {
    return work.tokens();
  }

  /**
   * Returns the number of tokens that show nothing of the image: those that the layout sets after
   * lines of tiles.
   */
  public int learned() {
    return allTokens() - tokens.stream().mapToInt(Integer::intValue).sum();
  }
}
