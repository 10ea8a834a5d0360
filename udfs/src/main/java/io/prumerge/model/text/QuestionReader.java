package io.prumerge.model.text;

import io.prumerge.cost.TextCost;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PythonText;
import io.prumerge.torch.Torch;

/**
 * Reads questions for methods that choose by their text: words by the decoder's embeddings, texts
 * by CLIP's tower. Thread-safe.
 */
public final class QuestionReader implements TextReader {

  private final Torch torch;
  private final LanguageModel language;
  private final ClipModels clips;
  private final LlavaTokenizer tokenizer;
  private final TextCost cost;

  public QuestionReader(
      Torch torch,
      LanguageModel language,
      ClipModels clips,
      LlavaTokenizer tokenizer,
      TextCost cost) {
    this.torch = torch;
    this.language = language;
    this.clips = clips;
    this.tokenizer = tokenizer;
    this.cost = cost;
  }

  @Override
  public Read read(TowerEvidence.OfText evidence, String question, Torch.Value source) {
    if (evidence instanceof TowerEvidence.WordCosines words) {
      return words(words.text().of(question), source);
    }
    ClipModel clip = clips.named(evidence.clip().orElseThrow());
    if (evidence instanceof TowerEvidence.ClipProducts products) {
      return clip.products(products.text().of(question), products.reading(), source, cost);
    }
    return new Read(clip.patches(source), cost.clipPatches(clip.config()));
  }

  private Read words(String text, Torch.Value projected) {
    int[] ids = tokenizer.encodeWords(PythonText.split(text));
    if (ids.length == 0) {
      throw new ReductionException(
          "Cannot compare the patches with the words of '" + text + "': it has no token");
    }
    try (Torch.Value words = language.embeddings(ids)) {
      return new Read(torch.call("cosines_with", words, projected), cost.words(ids.length));
    }
  }
}
