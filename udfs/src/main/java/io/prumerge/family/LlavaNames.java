package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TiledViews;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the tensors of LLaVA and its successors. Vision tower and projector are matched
 * first, because their names contain prefixes of the others.
 */
final class LlavaNames implements TensorNames {

  private static final Pattern VISION =
      Pattern.compile(
          "(?:(?:model\\.)?vision_tower\\.(?:vision_tower\\.)?(?:vision_model\\.)?"
              + "|vision_model\\.)(.+)");
  private static final Pattern PROJECTOR =
      Pattern.compile("(?:model\\.)?(?:multi_modal_projector|mm_projector)\\.(.+)");
  private static final Set<String> NEWLINES =
      Set.of(TiledViews.NEWLINE_ROW, "model." + TiledViews.NEWLINE_ROW);

  @Override
  public Optional<String> canonical(String spelling) {
    if (Spellings.ignored(spelling)) {
      return Optional.empty();
    }
    if (NEWLINES.contains(spelling)) {
      return Optional.of(TiledViews.NEWLINE_ROW);
    }
    Matcher vision = VISION.matcher(spelling);
    if (vision.matches()) {
      return Optional.of(ClipWeights.PREFIX + vision.group(1));
    }
    Matcher projector = PROJECTOR.matcher(spelling);
    if (projector.matches()) {
      return Optional.of(RowConnector.PREFIX + projectorLayer(projector.group(1)));
    }
    return Optional.of(Spellings.text(spelling));
  }

  /**
   * The original projector is a sequence of layers 0 (linear), 1 (activation) and 2 (linear), or
   * one layer.
   */
  private static String projectorLayer(String rest) {
    if (rest.startsWith("0.")) {
      return "linear_1." + rest.substring(2);
    }
    if (rest.equals("weight") || rest.equals("bias")) {
      return "linear." + rest;
    }
    return rest.startsWith("2.") ? "linear_2." + rest.substring(2) : rest;
  }
}
