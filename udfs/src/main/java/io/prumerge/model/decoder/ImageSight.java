package io.prumerge.model.decoder;

import io.prumerge.architecture.CrossBlocks;
import io.prumerge.model.connector.ProjectedTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which image each row of a sequence sees where images stand outside it: the last one before it,
 * whose token included; none before the first one, and none after an end token until the next
 * (transformers 4.57.1, {@code processing_idefics.py}, {@code
 * image_attention_mask_for_packed_input_ids}). Answers see what the last token of their prompt
 * sees.
 *
 * @param images of the prompt; empty in a prompt without one
 * @param blocks that attend to them
 * @param changes the positions of the shared prefix from which on another image is seen, or none
 * @param ended of a question the position from which on it sees none
 */
record ImageSight(
    Optional<ProjectedTokens> images,
    CrossBlocks blocks,
    List<Change> changes,
    Map<Integer, Integer> ended) {

  /** What a row sees that sees no image. */
  static final int NONE = -1;

  /** From a position on, an image is seen, or none. */
  record Change(int position, int image) {}

  /** The sight of a text without images. */
  static ImageSight none(CrossBlocks blocks) {
    return new ImageSight(Optional.empty(), blocks, List.of(), Map.of());
  }

  /**
   * Returns the sight of a group.
   *
   * @param end the end token
   */
  static ImageSight of(PromptGroup group, CrossBlocks blocks, int end) {
    int[] prefix = group.prefix();
    int[] slots = group.visualSlots();
    List<Change> changes = new ArrayList<>();
    int image = 0;
    for (int position = 0; position < prefix.length; position++) { // each id is one position
      if (image < slots.length && slots[image] == position) {
        changes.add(new Change(position, image++));
      } else if (prefix[position] == end) {
        changes.add(new Change(position + 1, NONE));
      }
    }
    Map<Integer, Integer> ended = new HashMap<>();
    for (int q = 0; q < group.suffixes().size(); q++) {
      int[] suffix = group.suffixes().get(q);
      for (int i = suffix.length - 2; i >= 0; i--) { // after the last one there is no prompt
        if (suffix[i] == end) {
          ended.put(q, group.textPosition() + i + 1);
        }
      }
    }
    return new ImageSight(Optional.ofNullable(group.visual()), blocks, changes, ended);
  }

  /** Returns the runs of rows that cross-attend to the same image. */
  List<SightRun> of(int[] positions, int[] segments) {
    List<SightRun> runs = new ArrayList<>();
    int first = 0;
    for (int row = 0; row < positions.length; row++) {
      int image = image(positions[row], segments[row]);
      if (row + 1 == positions.length || image(positions[row + 1], segments[row + 1]) != image) {
        runs.add(new SightRun(row + 1 - first, image));
        first = row + 1;
      }
    }
    return runs;
  }

  private int image(int position, int segment) {
    if (position >= ended.getOrDefault(segment, Integer.MAX_VALUE)) {
      return NONE;
    }
    int image = NONE;
    for (Change change : changes) {
      if (change.position() <= position) {
        image = change.image();
      }
    }
    return image;
  }

  /**
   * Returns the work of the blocks on some rows. As with masked pairs elsewhere, a row counts with
   * all images of its prompt, as the reference computes it; here it runs with the one that it sees.
   */
  PassWork work(long rows) {
    long latents = images.map(ProjectedTokens::tokens).orElse(0);
    return PassWork.crossing(rows, blocks.count() * rows * latents);
  }
}
