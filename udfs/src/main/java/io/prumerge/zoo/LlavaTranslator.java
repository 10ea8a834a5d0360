package io.prumerge.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.prumerge.image.ClipPreprocessor;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.text.PromptException;
import java.util.Arrays;

/** A question about an image into pixels and ids, generated ids into text. */
public final class LlavaTranslator implements NoBatchifyTranslator<LlavaInput, String> {

  private final LlavaProcessor processor;

  LlavaTranslator(LlavaProcessor processor) {
    this.processor = processor;
  }

  /** Returns the processor of the translator. */
  public LlavaProcessor processor() {
    return processor;
  }

  @Override
  public NDList processInput(TranslatorContext context, LlavaInput input)
      throws ImageException, PromptException {
    NDManager manager = context.getNDManager();
    if (input.image() == null) {
      return new NDList(
          manager.create(new Shape(0)),
          manager.create(longs(processor.prompts().textOnly(input.question()).ids())));
    }
    ClipPreprocessor preprocessor = processor.preprocessor();
    float[] pixels = preprocessor.pixels(ImageDecoder.decode(input.image(), ImageLimits.DEFAULT));
    return new NDList(
        manager.create(pixels, new Shape(3, preprocessor.height(), preprocessor.width())),
        manager.create(longs(processor.prompts().withImage(input.question()).ids())));
  }

  @Override
  public String processOutput(TranslatorContext context, NDList list) {
    long[] ids = list.singletonOrThrow().toLongArray();
    return processor.tokenizer().answer(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }
}
