package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TiledViews;
import io.prumerge.config.Settings;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps every known spelling of LLaVA's tensor names to the canonical one, which transformers 4
 * writes. Vision tower and projector are matched first, because their names contain prefixes of the
 * others.
 */
final class Spellings {
  private static final Pattern VISION_SPELLING =
      Pattern.compile(
          "(?:(?:model\\.)?vision_tower\\.(?:vision_tower\\.)?(?:vision_model\\.)?"
              + "|vision_model\\.)(.+)");
  private static final Pattern PROJECTOR_SPELLING =
      Pattern.compile("(?:model\\.)?(?:multi_modal_projector|mm_projector)\\.(.+)");
  private static final Pattern TEXT_SPELLING =
      Pattern.compile("(?:(?:model\\.)?language_model\\.(?:model\\.)?|model\\.)(.+)");

  /** Old buffers, and the parts of a full CLIP or SigLIP file that LLaVA does not use. */
  private static final Pattern IGNORED =
      Pattern.compile(
          ".*\\.rotary_emb\\.inv_freq|.*\\.embeddings\\.position_ids|.*vision_model\\.head\\..*"
              + "|logit_scale|(?:text_model|visual_projection|text_projection)\\..*");

  private static final Set<String> NEWLINES =
      Set.of(TiledViews.NEWLINE_ROW, "model." + TiledViews.NEWLINE_ROW);

  /**
   * What the names of the decoder's tensors begin with, which the files of some models leave out.
   */
  static final String LANGUAGE = "language_model.";

  static final String LANGUAGE_HEAD = "lm_head.weight";

  private Spellings() {}

  /** Returns what gives the canonical names of a model's tensors, as {@link #canonical}. */
  static Function<String, Optional<String>> of(Settings config) {
    return Spellings::canonical;
  }

  /**
   * Returns the canonical name; the spelling itself if it is unknown; empty if the tensor is
   * ignored.
   */
  static Optional<String> canonical(String spelling) {
    if (IGNORED.matcher(spelling).matches()) {
      return Optional.empty();
    }
    if (NEWLINES.contains(spelling)) {
      return Optional.of(TiledViews.NEWLINE_ROW);
    }
    Matcher vision = VISION_SPELLING.matcher(spelling);
    if (vision.matches()) {
      return Optional.of(ClipWeights.PREFIX + vision.group(1));
    }
    Matcher projector = PROJECTOR_SPELLING.matcher(spelling);
    if (projector.matches()) {
      return Optional.of(RowConnector.PREFIX + projectorLayer(projector.group(1)));
    }
    return Optional.of(text(spelling));
  }

  /** Returns a canonical name without what stands before the decoder's. */
  static String withoutLanguage(String canonical) {
    return canonical.startsWith(LANGUAGE) ? canonical.substring(LANGUAGE.length()) : canonical;
  }

  /** Returns whether a tensor is an old buffer, or of a part that is not used. */
  static boolean ignored(String spelling) {
    return IGNORED.matcher(spelling).matches();
  }

  /** Returns the canonical name of a decoder's tensor; the spelling itself if it is another's. */
  static String text(String spelling) {
    Matcher text = TEXT_SPELLING.matcher(spelling);
    String rest = text.matches() ? text.group(1) : spelling;
    if (rest.equals(LANGUAGE_HEAD)) {
      return DecoderWeights.HEAD;
    }
    return text.matches() ? DecoderWeights.PREFIX + rest : spelling;
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
