package io.prumerge.bench;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An image that went through a model's tower and connector with nothing dropped, and a question
 * behind it: what the decoder starts from, without the engine's queue.
 */
final class Prompted implements AutoCloseable {

  private static final List<TokenReducer> NONE = TokenReducers.of(List.of(MethodSpec.NONE));

  private final EncodedImages encoded;
  private final ReducedImages all;
  private final ProjectedTokens rows;
  private final EncodedPrompt prompt;

  private Prompted(
      EncodedImages encoded, ReducedImages all, ProjectedTokens rows, EncodedPrompt prompt) {
    this.encoded = encoded;
    this.all = all;
    this.rows = rows;
    this.prompt = prompt;
  }

  static Prompted of(EngineLoop engine, LlavaProcessor processor, byte[] image, String question)
      throws ImageException, PromptException {
    RgbImage picture = ImageDecoder.decode(image, ImageLimits.DEFAULT);
    ViewGrid grid = processor.images().alone().grid(picture.width(), picture.height());
    EncodedPrompt prompt = processor.prompts().withImages(question, List.of(grid));
    EncodedImages encoded = engine.lease().encode(image, NONE);
    ReducedImages all = encoded.reduce(NONE.get(0));
    ProjectedTokens rows = engine.model().project(all, List.of(prompt.instruction())).get(0);
    return new Prompted(encoded, all, rows, prompt);
  }

  /** Opens several, each with the first of its questions. */
  static List<Prompted> all(EngineLoop engine, List<AskedImage> images)
      throws ImageException, PromptException {
    List<Prompted> prompted = new ArrayList<>();
    try (LlavaProcessor processor =
        processor(engine.model().checkpoint(), ConversationTemplate.AUTO)) {
      for (AskedImage image : images) {
        prompted.add(of(engine, processor, image.bytes(), image.questions().get(0)));
      }
    }
    return prompted;
  }

  /** The processor of a model that sees images as its own files say. */
  static LlavaProcessor processor(Checkpoint checkpoint, String template) {
    return LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template);
  }

  /** The question as the decoder takes it. */
  PromptGroup group(int maxNewTokens) {
    int[] ids = prompt.ids();
    int[] slots = prompt.imageSlots();
    int prefix = prompt.lastSlot() + 1;
    return new PromptGroup(
        Arrays.copyOf(ids, prefix),
        slots[0],
        slots,
        new VisualRows(rows, all.positions()),
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, prefix, ids.length)),
        List.of(new GenerationLimits(maxNewTokens, 0)));
  }

  /** Rows that the decoder has of it before the answer. */
  int length() {
    return all.positions().rows() + prompt.textTokens();
  }

  /** Greedy decoding of a model that stops at the checkpoint's own tokens. */
  static GreedyDecoding decoding(LlavaModel model) {
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    return new GreedyDecoding(model.greedy(stop), model.limits(1));
  }

  @Override
  public void close() {
    rows.close();
    all.close();
    encoded.close();
  }
}
