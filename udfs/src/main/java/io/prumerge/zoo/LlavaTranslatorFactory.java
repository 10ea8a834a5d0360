package io.prumerge.zoo;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.prumerge.image.codec.ImageException;
import io.prumerge.model.LlavaModel;
import io.prumerge.text.PromptException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Makes the translator between a {@link LlavaInput} and its answer, or between an encoded image and
 * the answer's UTF-8. Arguments: {@code imageAspect} and {@code conversation} of {@link
 * LoadSettings}, and for bare images {@code question}. Where it fails the model is closed.
 */
public final class LlavaTranslatorFactory implements TranslatorFactory, Serializable {

  private static final long serialVersionUID = 1L;

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(
        new Pair<>(LlavaInput.class, String.class), new Pair<>(byte[].class, byte[].class));
  }

  @Override
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    if (!isSupported(input, output)) {
      throw new IllegalArgumentException(
          "Cannot translate "
              + input
              + " to "
              + output
              + "; only LlavaInput to String and byte[] to byte[]");
    }
    try {
      @SuppressWarnings("unchecked") // the types were compared above
      Translator<I, O> translator =
          (Translator<I, O>)
              (input == byte[].class ? ofImages(model, arguments) : ofInputs(model, arguments));
      return translator;
    } catch (RuntimeException e) {
      model.close(); // DJL lets go of a model whose translator fails, weights and all
      throw e;
    }
  }

  private static LlavaTranslator ofInputs(Model model, Map<String, ?> arguments) {
    return new LlavaTranslator(processor(model, arguments));
  }

  private static LlavaImageTranslator ofImages(Model model, Map<String, ?> arguments) {
    String question = LlavaBlockFactory.argument(arguments, "question", "");
    if (question.isBlank()) {
      throw new IllegalArgumentException(
          "Cannot ask about images without a question: give it as the argument 'question', in serving.properties or the model's URL");
    }
    return new LlavaImageTranslator(ofInputs(model, arguments), question);
  }

  // Closed with the model, as its weights are.
  private static LlavaProcessor processor(Model model, Map<String, ?> arguments) {
    LoadSettings settings = LoadSettings.DEFAULT.given(arguments);
    LlavaModel llava = ((LlavaBlock) model.getBlock()).model();
    LlavaProcessor processor =
        LlavaProcessor.load(
            llava.checkpoint(),
            settings.get(LoadSettings.IMAGE_ASPECT),
            settings.get(LoadSettings.CONVERSATION));
    model.getNDManager().attachInternal("processor-" + UUID.randomUUID(), processor);
    return processor;
  }

  /**
   * The same question about every image: encoded bytes in, the answer in UTF-8 out, as the DJL
   * Spark extension's {@code BinaryPredictor} asks of a translator.
   */
  private static final class LlavaImageTranslator implements NoBatchifyTranslator<byte[], byte[]> {

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
}
