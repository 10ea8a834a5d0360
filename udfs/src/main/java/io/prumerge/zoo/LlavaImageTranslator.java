package io.prumerge.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.prumerge.image.ImageException;
import io.prumerge.text.PromptException;
import java.nio.charset.StandardCharsets;

/**
 * The same question about every image: encoded bytes in, the answer in UTF-8 out, as the DJL Spark
 * extension's {@code BinaryPredictor} asks of a translator.
 */
public final class LlavaImageTranslator implements NoBatchifyTranslator<byte[], byte[]> {

  private final LlavaTranslator translator;
  private final String question;

  LlavaImageTranslator(LlavaTranslator translator, String question) {
    this.translator = translator;
    this.question = question;
  }

  @Override
  public NDList processInput(TranslatorContext context, byte[] image)
      throws ImageException, PromptException {
    return translator.processInput(context, new LlavaInput(image, question));
  }

  @Override
  public byte[] processOutput(TranslatorContext context, NDList list) {
    return translator.processOutput(context, list).getBytes(StandardCharsets.UTF_8);
  }
}
