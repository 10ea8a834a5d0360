package io.prumerge.model.text;

import io.prumerge.cost.TextCost;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PythonText;
import io.prumerge.torch.Torch;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the questions about one image for methods that choose by their text: words by the decoder's
 * embeddings, texts by CLIP's tower, each once for all of the image's views. For one thread at a
 * time.
 */
public final class QuestionReader implements TextReader, AutoCloseable {

  /** A question as one CLIP model reads it. */
  private record Reading(TowerEvidence.ClipProducts how, String question) {}

  private final Torch torch;
  private final LanguageModel language;
  private final ClipModels clips;
  private final LlavaTokenizer tokenizer;
  private final TextCost cost;
  private final Map<Reading, ClipTexts> read = new HashMap<>();

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
  public TextEvidence read(TowerEvidence.OfText evidence, String question, Torch.Value source) {
    if (evidence instanceof TowerEvidence.WordCosines words) {
      return words(words.text().of(question), source);
    }
    ClipModel clip = clips.named(evidence.clip().orElseThrow());
    if (evidence instanceof TowerEvidence.ClipProducts products) {
      return products(clip, new Reading(products, question), source);
    }
    return new TextEvidence(clip.patches(source), cost.clipPatches(clip.config()));
  }

  // The first view pays for the text.
  private TextEvidence products(ClipModel clip, Reading reading, Torch.Value patches) {
    TowerEvidence.ClipProducts how = reading.how();
    boolean known = read.containsKey(reading);
    ClipTexts texts =
        read.computeIfAbsent(
            reading, one -> clip.texts(how.text().of(one.question()), how.reading(), cost));
    TextEvidence products = clip.products(texts, how.reading(), patches, cost);
    return new TextEvidence(products.rows(), products.flops() + (known ? 0 : texts.flops()));
  }

  private TextEvidence words(String text, Torch.Value projected) {
    int[] ids = tokenizer.encodeWords(PythonText.split(text));
    if (ids.length == 0) {
      throw new ReductionException(
          "Cannot compare the patches with the words of '" + text + "': it has no token");
    }
    try (Torch.Value words = language.embeddings(ids);
        Torch.Value layout = torch.call("layout", projected)) {
      long patches = layout.ints()[1];
      return new TextEvidence(
          torch.call("cosines_with", words, projected), cost.words(ids.length, patches));
    }
  }

  @Override
  public void close() {
    read.values().forEach(ClipTexts::close);
    read.clear();
  }
}
