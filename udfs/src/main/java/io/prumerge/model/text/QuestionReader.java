package io.prumerge.model.text;

import io.prumerge.cost.TextCost;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TextEvidenceVisitor;
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
    return evidence.accept(new OneRead(question, source));
  }

  /** The reading of a question for one view, from what the evidence is computed from. */
  private final class OneRead implements TextEvidenceVisitor<TextEvidence> {

    private final String question;
    private final Torch.Value source;

    OneRead(String question, Torch.Value source) {
      this.question = question;
      this.source = source;
    }

    @Override
    public TextEvidence clipPatches(TowerEvidence.ClipPatches patches) {
      ClipModel clip = clips.named(patches.folder());
      return new TextEvidence(clip.patches(source), cost.clipPatches(clip.config()));
    }

    // The first view pays for the text.
    @Override
    public TextEvidence clipProducts(TowerEvidence.ClipProducts how) {
      ClipModel clip = clips.named(how.folder());
      Reading reading = new Reading(how, question);
      boolean known = read.containsKey(reading);
      TextFeatures texts =
          read.computeIfAbsent(
              reading, one -> clip.texts(how.text().of(question), how.reading(), cost));
      TextEvidence products = clip.products(texts, how.reading(), source, cost);
      return new TextEvidence(products.rows(), products.flops() + (known ? 0 : texts.flops()));
    }

    @Override
    public TextEvidence wordCosines(TowerEvidence.WordCosines cosines) {
      String text = cosines.text().of(question);
      int[] ids = tokenizer.encodeWords(PythonText.split(text));
      if (ids.length == 0) {
        throw new ReductionException(
            "Cannot compare the patches with the words of '" + text + "': it has no token");
      }
      try (Torch.Value words = language.embeddings(ids)) {
        return new TextEvidence(
            torch.call("cosines_with", words, source), cost.words(ids.length, rows()));
      }
    }

    @Override
    public TextEvidence promptCosines(TowerEvidence.PromptCosines cosines) {
      int[] ids;
      try {
        ids = prompts.besideImages(question);
      } catch (PromptException e) {
        throw new ReductionException(
            "Cannot compare the patches with the prompt of '" + question + "': " + e.getMessage());
      }
      try (Torch.Value tokens = language.embeddings(ids)) {
        return new TextEvidence(
            torch.call("mean_cosines", tokens, source), cost.prompt(ids.length, rows()));
      }
    }

    private long rows() {
      try (Torch.Value layout = torch.call("layout", source)) {
        return layout.ints()[1];
      }
    }
  }

  @Override
  public void close() {
    read.values().forEach(TextFeatures::close);
    read.clear();
  }
}
