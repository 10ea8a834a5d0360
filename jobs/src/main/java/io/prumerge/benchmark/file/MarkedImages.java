package io.prumerge.benchmark.file;

import io.prumerge.lang.Text;
import io.prumerge.source.ImagePlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt with the pictures in the order in which it shows them.
 *
 * @param prompt with {@code <image>} where a picture stands; if nowhere, they are first
 */
record MarkedImages(String prompt, List<ImagePlace> images) {

  private static final Pattern MARKER = Pattern.compile("<image ([1-9][0-9]?)>");
  private static final String PLACE = "<image>";

  MarkedImages {
    images = List.copyOf(images);
  }

  /**
   * Puts pictures where a text has markers, {@code <image 1>} for the first, as MMMU's questions
   * and options have them. A picture that none names is left out, and one that several name is
   * shown several times.
   *
   * @param images by their numbers; those of nulls are empty
   * @throws IllegalArgumentException if there is no such picture
   */
  static MarkedImages of(String text, List<Optional<ImagePlace>> images) {
    List<ImagePlace> shown = new ArrayList<>();
    StringBuilder prompt = new StringBuilder();
    Matcher marker = MARKER.matcher(text);
    while (marker.find()) {
      int number = Integer.parseInt(marker.group(1));
      if (number > images.size()) {
        throw new IllegalArgumentException(
            Text.format(
                "names picture %d, but there are %d: %s", number, images.size(), marker.group()));
      }
      shown.add(
          images
              .get(number - 1)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          Text.format(
                              "names picture %d, which is empty: %s", number, marker.group()))));
      marker.appendReplacement(prompt, PLACE);
    }
    return shown.isEmpty()
        ? new MarkedImages(text, present(images))
        : new MarkedImages(marker.appendTail(prompt).toString(), shown);
  }

  /** Returns the pictures without the empty ones. */
  static List<ImagePlace> present(List<Optional<ImagePlace>> images) {
    return images.stream().flatMap(Optional::stream).toList();
  }
}
