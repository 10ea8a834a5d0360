package io.prumerge.benchmark;

import io.prumerge.text.PythonText;

/**
 * The answer processor that mmf calls EvalAI's: what LLaVA passes answers through before they are
 * handed in ({@code llava/eval/m4c_evaluator.py}), and what TextVQA and VizWiz are scored with.
 */
final class EvalAiProcessor {

  private EvalAiProcessor() {}

  /** {@code EvalAIAnswerProcessor()(text)}. */
  static String processed(String text) {
    String plain = PythonText.lower(text).replace(",", "").replace("?", "").replace("'s", " 's");
    return VqaNormaliser.M4C.normalised(VqaAccuracy.oneLine(PythonText.strip(plain)));
  }
}
