package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.util.List;

/**
 * The page about all images: one HTML file without scripts that loads nothing.
 *
 * @param style CSS
 * @param heading what it shows
 * @param sections one for each image
 */
record ExplainPage(String style, String heading, List<ImageSection> sections) {

  ExplainPage {
    sections = List.copyOf(sections);
  }

  /** Returns the file's text, for UTF-8. */
  public static String of(ExplainSettings questioned, List<ExplainedImage> images) {
    boolean queries = images.stream().anyMatch(image -> image.explanation().queries().isPresent());
    ExplainPage page =
        new ExplainPage(
            Templates.resource(ExplainPage.class, "explain.css"),
            queries ? "What the queries look at" : "Kept patches",
            images.stream().map(ImageSection::of).toList());
    return Templates.html(ExplainPage.class, "explain", page, questioned);
  }
}
