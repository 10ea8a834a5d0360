package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;

/**
 * The accuracy of the VQA family among the answers of several people, usually ten, normalised as
 * LLaVA's {@code m4c_evaluator.py} does. One answer counts as one person's.
 */
final class VqaRule implements ProfileRule {

  @Override
  public Score score(String answer, Reference reference) {
    if (reference.answers().size() == 1) { // nobody is left to agree with
      String parsed = VqaNormaliser.evalAi(answer);
      boolean equal = VqaNormaliser.evalAi(reference.answers().get(0)).equals(parsed);
      return new Score(parsed, parsed.isEmpty(), equal ? 1 : 0);
    }
    return VqaAccuracy.score(answer, reference.answers(), VqaNormaliser::evalAi);
  }
}
