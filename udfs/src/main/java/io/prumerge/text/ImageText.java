package io.prumerge.text;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  /** Returns the text of an image that is seen whole only, or of a video. */
  String of(ViewGrid image) {
    return image.isVideo() ? video.map(VideoText::text).orElse(text) : text;
  }

  /** Returns the placeholders of these images as messages name them. */
  String placeholders(List<ViewGrid> images) {
    return images.isEmpty()
        ? text
        : images.stream().map(this::of).distinct().collect(Collectors.joining(" and "));
  }

  // The text around each view of an image; empty where it has none.
  private Optional<String> spread(ViewGrid image) {
    return image.isVideo()
        ? video.flatMap(VideoText::views).map(views -> views.of(image))
        : tiled.filter(some -> image.tiles() > 0).map(some -> some.of(image));
  }

  // Whether there is text around each view of one of the images, a video.
  private boolean framed(List<ViewGrid> images) {
    return video.flatMap(VideoText::views).isPresent()
        && images.stream().anyMatch(ViewGrid::isVideo);
  }

  /**
   * Returns a prompt with the text around each view in place of the images' placeholders.
   *
   * @throws PromptException if there is a video among the images whose views have text around each,
   *     and the placeholders are not theirs; others are refused by their tokens
   */
  String shown(String prompt, List<ViewGrid> images) throws PromptException {
    boolean framed = framed(images);
    if (tiled.isEmpty() && !framed) {
      return prompt;
    }
    String quoted = Pattern.quote(text);
    Pattern placeholder =
        Pattern.compile(framed ? quoted + "|" + Pattern.quote(video.get().text()) : quoted);
    List<MatchResult> places = placeholder.matcher(prompt).results().toList();
    if (places.size() != images.size()) {
      if (!framed) {
        return prompt;
      }
      throw new PromptException(
          PromptErrorKind.PROMPT_PLACEHOLDER,
          PromptException.places(placeholders(images), places.size(), images.size()));
    }
    StringBuilder all = new StringBuilder();
    int end = 0;
    for (int image = 0; image < images.size(); image++) {
      MatchResult place = places.get(image);
      ViewGrid grid = images.get(image);
      if (framed && !place.group().equals(of(grid))) {
        throw new PromptException(
            PromptErrorKind.PROMPT_PLACEHOLDER,
            PromptException.kind(image, grid.isVideo(), of(grid)));
      }
      all.append(prompt, end, place.start()).append(spread(grid).orElse(place.group()));
      end = place.end();
    }
    return all.append(prompt, end, prompt.length()).toString();
  }

  // The image's tokens in a prompt.
  int tokens(List<ViewGrid> images) {
    return images.stream().mapToInt(image -> apart(image) ? image.views() : 1).sum();
  }

  // Whether each view has a token of its own.
  private boolean apart(ViewGrid image) {
    return image.isVideo() ? video.flatMap(VideoText::views).isPresent() : tiled.isPresent();
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
