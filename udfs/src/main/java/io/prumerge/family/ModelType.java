package io.prumerge.family;

import java.util.List;

/**
 * The models of one {@code model_type}, in words: what {@code list models} and the table of this
 * module's page say.
 *
 * @param name {@code model_type} of their config.json
 * @param models what belongs to it
 * @param layouts whose folders are read
 * @param image what the model sees of an image
 * @param templates names of the conversation templates that were made for them; the first is that
 *     of most of them
 */
public record ModelType(
    String name, String models, String layouts, String image, List<String> templates) {

  public ModelType {
    templates = List.copyOf(templates);
  }

  /** The layout of Hugging Face's folders, as {@link #layouts} has it. */
  static final String HUGGING_FACE = "Hugging Face's";
}
