package io.prumerge.model.text;

import io.prumerge.cost.TextCost;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PromptException;
import io.prumerge.text.PythonText;
import io.prumerge.torch.Torch;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the questions about one image for methods that choose by their text: words and prompts by
 * the decoder's embeddings, texts by CLIP's tower, each once for all of the image's views. For one
 * thread at a time.
 */
public final class QuestionReader implements TextReader, AutoCloseable {

  /** A question as one CLIP model reads it. */
  private record Reading(TowerEvidence.ClipProducts how, String question) {}

  private final Torch torch;
  private final LanguageModel language;
  private final ClipModels clips;
  private final LlavaTokenizer tokenizer;
  private final PromptEncoder prompts;
  private final TextCost cost;
  private final Map<Reading, TextFeatures> read = new HashMap<>();

  public QuestionReader(
      Torch torch,
      LanguageModel language,
      ClipModels clips,
      LlavaTokenizer tokenizer,
      PromptEncoder prompts,
      TextCost cost) {
    this.torch = torch;
    this.language = language;
    this.clips = clips;
    this.tokenizer = tokenizer;
    this.prompts = prompts;
    this.cost = cost;
  }

  @Override
  public TextEvidence read(TowerEvidence.OfText evidence, String question, Torch.Value source) {
    if (evidence instanceof TowerEvidence.WordCosines words) {
      return words(words.text().of(question), source);
    }
    if (evidence instanceof TowerEvidence.PromptCosines) {
      return prompt(question, source);
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
    TextFeatures texts =
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
    try (Torch.Value words = language.embeddings(ids)) {
      return new TextEvidence(
          torch.call("cosines_with", words, projected), cost.words(ids.length, rows(projected)));
    }
  }

  private TextEvidence prompt(String question, Torch.Value projected) {
    int[] ids;
    try {
      ids = prompts.besideImages(question);
    } catch (PromptException e) {
      throw new ReductionException(
          "Cannot compare the patches with the prompt of '" + question + "': " + e.getMessage());
    }
    try (Torch.Value tokens = language.embeddings(ids)) {
      return new TextEvidence(
          torch.call("mean_cosines", tokens, projected), cost.prompt(ids.length, rows(projected)));
    }
  }

  private long rows(Torch.Value projected) {
    try (Torch.Value layout = torch.call("layout", projected)) {
      return layout.ints()[1];
    }
  }

  @Override
  public void close() {
    read.values().forEach(TextFeatures::close);
    read.clear();
  }
}
