package io.prumerge.benchmark.rule;

import java.util.List;
import java.util.Optional;

/** Ways to read the letter of an option from an answer; the first is the default. */
enum LetterParser {

  /** MMMU's own; an answer that it draws a random letter for is undecided here. */
  MMMU {
    @Override
    Optional<String> read(String answer, List<String> options) {
      return MmmuLetters.read(answer, options);
    }
  },

  /** lmms-eval's for MMBench without a judge: VLMEvalKit's former rules, then its own. */
  MMBENCH {
    @Override
    Optional<String> read(String answer, List<String> options) {
      return LmmsEvalLetters.read(answer, options);
    }
  },

  /** lmms-eval's shared extractor of letters ({@code mcq_extract}). */
  LMMS_EVAL {
    @Override
    Optional<String> read(String answer, List<String> options) {
      return LmmsEvalLetters.extracted(answer, options);
    }
  },

  /** VLMEvalKit's {@code can_infer}, without a judge. */
  VLMEVALKIT {
    @Override
    Optional<String> read(String answer, List<String> options) {
      return VlmEvalKitLetters.read(answer, options);
    }
  };

  /**
   * Returns the letter that an answer names; empty if that is undecided.
   *
   * @param options one that is missing in between is empty
   */
  abstract Optional<String> read(String answer, List<String> options);
}
