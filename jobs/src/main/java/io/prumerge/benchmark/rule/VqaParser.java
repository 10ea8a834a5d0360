package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import java.util.List;
import java.util.function.UnaryOperator;

/** Ways to make answers of the VQA family comparable; the first is that of files that name none. */
enum VqaParser {

  /** LLaVA's {@code m4c_evaluator.py} and lmms-eval's for TextVQA and VizWiz. */
  M4C,

  /**
   * GT-Vision-Lab/VQA's {@code VQAEval.evaluate}, which compares letter by letter where all people
   * gave one answer: {@code Yes} is wrong if all said {@code yes}.
   */
  OFFICIAL,

  /**
   * The official one, of answers that LLaVA's {@code convert_vqav2_for_submission.py} has
   * processed.
   */
  LLAVA,

  /** lmms-eval's for VQAv2, {@code vqav2_process_results}, which always normalises. */
  LMMS_EVAL;

  /** Returns an answer as it is handed in. */
  String handedIn(String answer) {
    return this == LLAVA ? VqaNormaliser.evalAi(answer) : answer;
  }

  /**
   * Returns what makes answers comparable.
   *
   * @param answers those of people
   */
  UnaryOperator<String> normaliser(List<String> answers) {
    return switch (this) {
      case M4C -> VqaNormaliser::evalAi;
      case OFFICIAL, LLAVA ->
          answers.stream().map(VqaAccuracy::oneLine).distinct().count() == 1
              ? VqaAccuracy::oneLine
              : text -> VqaNormaliser.OFFICIAL.normalised(VqaAccuracy.oneLine(text));
      case LMMS_EVAL -> text -> VqaNormaliser.M4C.normalised(VqaAccuracy.oneLine(text));
    };
  }
}
