package io.prumerge.text;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
 * @param tiled the text of an image in tiles; empty where it is the same
 * @param video a video instead; empty where the model takes none
 */
public record ImageText(
    String text,
    boolean first,
    boolean placed,
    boolean tight,
    Optional<TiledImageText> tiled,
    Optional<VideoText> video) {

  /** {@code <image>} in the template's place. */
  public static final ImageText TOKEN =
      new ImageText(ConversationTemplate.IMAGE_TOKEN, false, true, false);

  /** A text that does not depend on the image. */
  public ImageText(String text, boolean first, boolean placed, boolean tight) {
    this(text, first, placed, tight, Optional.empty());
  }

  /** An image of a model that takes no video. */
  public ImageText(
      String text, boolean first, boolean placed, boolean tight, Optional<TiledImageText> tiled) {
    this(text, first, placed, tight, tiled, Optional.empty());
  }

  public ImageText {
    Objects.requireNonNull(text, "text is null");
    Objects.requireNonNull(tiled, "tiled is null");
    Objects.requireNonNull(video, "video is null");
  }

  /** Returns the text of an image that is seen whole only, or of a video. */
  String of(ViewGrid image) {
    return image.isVideo() ? video.map(VideoText::text).orElse(text) : text;
  }

  // A prompt with places for another number of images is refused later.
  String shown(String prompt, List<ViewGrid> images) {
    String[] texts = prompt.split(Pattern.quote(text), -1);
    if (tiled.isEmpty() || texts.length != images.size() + 1) {
      return prompt;
    }
    StringBuilder all = new StringBuilder(texts[0]);
    for (int image = 0; image < images.size(); image++) {
      ViewGrid grid = images.get(image);
      all.append(grid.tiles() > 0 ? tiled.get().of(grid) : text).append(texts[image + 1]);
    }
    return all.toString();
  }

  // The image's tokens in a prompt.
  int tokens(List<ViewGrid> images) {
    return tiled.isPresent()
        ? images.stream().mapToInt(image -> image.isVideo() ? 1 : image.views()).sum()
        : images.size();
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
