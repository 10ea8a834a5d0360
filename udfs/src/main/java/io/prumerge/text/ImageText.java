package io.prumerge.text;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An image in a prompt.
 *
 * @param text with the image's token once
 * @param first whether the token stands before the whole prompt, and before its begin token,
 *     instead of the text in the template's place; the tokenizer need not know it then
 * @param placed whether {@code <image>} in a question is the place of one
 * @param tight whether spaces next to an image go, and what stands before its token stands once
 *     between two images side by side (transformers 4.57.1, {@code processing_idefics.py})
 */
public record ImageText(String text, boolean first, boolean placed, boolean tight) {

  /** {@code <image>} in the template's place. */
  public static final ImageText TOKEN =
      new ImageText(ConversationTemplate.IMAGE_TOKEN, false, true, false);

  public ImageText {
    Objects.requireNonNull(text, "text is null");
  }

  String tightened(String prompt) {
    String behind = text.substring(text.indexOf(ConversationTemplate.IMAGE_TOKEN));
    String[] texts = prompt.split(Pattern.quote(text), -1);
    StringBuilder all = new StringBuilder(PromptEncoder.SPACES.matcher(texts[0]).replaceAll(""));
    for (int image = 1; image < texts.length; image++) {
      boolean beside = image > 1 && texts[image - 1].isBlank();
      all.append(beside ? behind : text)
          .append(PromptEncoder.SPACES.matcher(texts[image]).replaceAll(""));
    }
    return all.toString();
  }
}
