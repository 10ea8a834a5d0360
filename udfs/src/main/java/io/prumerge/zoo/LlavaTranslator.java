package io.prumerge.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.Arrays;
import java.util.List;

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
    ImageProcessor preprocessor = processor.images().alone();
    RgbImage image = ImageDecoder.decode(input.image(), ImageLimits.DEFAULT);
    preprocessor.requireTaken(image.width(), image.height());
    List<float[]> views = preprocessor.views(image);
    ViewGrid grid = preprocessor.grid(image.width(), image.height());
    NDArray pixels =
        manager.create(
            joined(views), shape(views.size(), preprocessor.size(image.width(), image.height())));
    EncodedPrompt prompt = processor.prompts().withImages(input.question(), List.of(grid));
    return new NDList(
        pixels,
        manager.create(longs(prompt.ids())),
        manager.create(LlavaBlock.numbers(grid)),
        manager.create(longs(prompt.instruction())));
  }

  private static Shape shape(int views, Resolution size) {
    return new Shape(views, 3, size.height(), size.width());
  }

  private static float[] joined(List<float[]> views) {
    int size = views.get(0).length;
    float[] all = new float[views.size() * size];
    for (int view = 0; view < views.size(); view++) {
      System.arraycopy(views.get(view), 0, all, view * size, size);
    }
    return all;
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
