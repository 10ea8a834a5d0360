package io.prumerge.benchmark.vqa;

import io.prumerge.text.PythonText;

/**
 * The answer processor that mmf calls EvalAI's. LLaVA processes answers with it before submission
 * ({@code llava/eval/m4c_evaluator.py}), and TextVQA and VizWiz are scored with it.
 */
public final class EvalAiProcessor {

  private EvalAiProcessor() {}

  /** {@code EvalAIAnswerProcessor()(text)}. */
  public static String processed(String text) {
    String plain = PythonText.lower(text).replace(",", "").replace("?", "").replace("'s", " 's");
    return VqaNormaliser.M4C.normalised(VqaAccuracy.oneLine(PythonText.strip(plain)));
  }
}
