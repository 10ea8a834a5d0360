package io.prumerge.benchmark.rule;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Ways to read the letter of an option from an answer; the first is that of files that name none.
 */
enum LetterParser {

  /** MMMU's own; an answer that it draws a random letter for is undecided here. */
  MMMU(MmmuLetters::read),

  /** lmms-eval's for MMBench without a judge: VLMEvalKit's former rules, then its own. */
  MMBENCH(LmmsEvalLetters::read),

  /** lmms-eval's shared extractor of letters ({@code mcq_extract}). */
  LMMS_EVAL(LmmsEvalLetters::extracted),

  /**
   * lmms-eval's for MMMU and NExT-QA; an answer that it draws a random letter for is undecided
   * here.
   */
  LMMS_MMMU(LmmsMmmuLetters::read),

  /** lmms-eval's for EgoSchema; an answer that it draws a random letter for is undecided here. */
  LMMS_EGOSCHEMA(EgoSchemaLetters::read),

  /** lmms-eval's for MLVU before April 2026; its later one is {@link #LMMS_EVAL}. */
  LMMS_MLVU(MlvuLetters::lmmsEval),

  /** lmms-eval's for MVBench. */
  LMMS_MVBENCH(MvBenchLetters::lmmsEval),

  /** lmms-eval's for Video-MME before April 2026; its later one is {@link #LMMS_EVAL}. */
  LMMS_VIDEO_MME(VideoMmeLetters::lmmsEval),

  /** VLMEvalKit's {@code can_infer}, without a judge. */
  VLMEVALKIT(VlmEvalKitLetters::read),

  /** VLMEvalKit's for MLVU, without a judge, for which one answer may name two options. */
  VLMEVALKIT_MLVU(VlmEvalKitLetters::read) {
    @Override
    List<String> named(String answer, List<String> options) {
      return MlvuLetters.vlmEvalKit(answer, options);
    }
  },

  /** VLMEvalKit's for MVBench, without a judge, for which one answer may name several options. */
  VLMEVALKIT_MVBENCH(VlmEvalKitLetters::read) {
    @Override
    List<String> named(String answer, List<String> options) {
      return MvBenchLetters.vlmEvalKit(answer, options);
    }
  },

  /** VLMEvalKit's for Video-MME, without a judge. */
  VLMEVALKIT_VIDEO_MME(VideoMmeLetters::vlmEvalKit),

  /** lmms-eval's for AI2D: the letter alone, or before a full stop at the start. */
  AI2D(LoneLetters::ai2d),

  /** MMStar's own: the first character, also after a few words. */
  MMSTAR(LoneLetters::mmstar),

  /** LLaVA's for SEED-Bench: the letter and nothing else. */
  SEED(LoneLetters::alone),

  /** lmms-eval's for SEED-Bench: the first character in either case. */
  LMMS_SEED(LoneLetters::first),

  /** This project's own, for users' benchmarks: all usual forms of an answer. */
  LETTERS(AnyFormLetters::read);

  private final BiFunction<String, List<String>, Optional<String>> reader;

  LetterParser(BiFunction<String, List<String>, Optional<String>> reader) {
    this.reader = reader;
  }

  /**
   * Returns the letter that an answer names; empty if that is undecided.
   *
   * @param options one that is missing in between is empty
   */
  Optional<String> read(String answer, List<String> options) {
    return reader.apply(answer, options);
  }

  /**
   * Returns the letters that an answer names, each of which is enough for it to be right; none if
   * that is undecided.
   *
   * @param options as of {@link #read}
   */
  List<String> named(String answer, List<String> options) {
    return read(answer, options).stream().toList();
  }
}
