package io.prumerge.family;

import io.prumerge.architecture.DecoderWeights;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of decoders' tensors in the files of all families, and of tensors that none needs. */
final class Spellings {
  private static final Pattern TEXT_SPELLING =
      Pattern.compile("(?:(?:model\\.)?language_model\\.(?:model\\.)?|model\\.)(.+)");

  /** Old buffers, and the parts of a full CLIP or SigLIP file that LLaVA does not use. */
  private static final Pattern IGNORED =
      Pattern.compile(
          ".*\\.rotary_emb\\.inv_freq|.*\\.embeddings\\.position_ids|.*vision_model\\.head\\..*"
              + "|logit_scale|(?:text_model|visual_projection|text_projection)\\..*");

  /**
   * What the names of the decoder's tensors begin with, which the files of some models leave out.
   */
  static final String LANGUAGE = "language_model.";

  static final String LANGUAGE_HEAD = "lm_head.weight";

  private Spellings() {}

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
}
