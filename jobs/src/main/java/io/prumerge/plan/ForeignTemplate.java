package io.prumerge.plan;

import io.prumerge.config.ModelFamily;
import io.prumerge.family.Families;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;

/** Says that a model is asked in words that were made for others. */
public final class ForeignTemplate {

  private ForeignTemplate() {}

  /**
   * Returns a sentence about the template; empty where it was made for models such as this one, or
   * for any.
   *
   * @param model how to name the model
   * @param template name of the conversation template
   */
  public static Optional<String> notice(String model, ModelFamily family, String template) {
    if (Families.takes(family.name(), template)) {
      return Optional.empty();
    }
    List<String> own = Families.templates(family.name());
    return Optional.of(
        Text.format(
            "The model %s is asked with the conversation template %s, which was not made for %s:"
                + " its answers may be worse than they could be; templates of its own: %s",
            model, template, family.name(), String.join(", ", own)));
  }
}
