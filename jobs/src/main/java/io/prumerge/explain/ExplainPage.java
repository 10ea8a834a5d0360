package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.util.List;

/**
 * The page about all images: one HTML file without scripts that loads nothing.
 *
 * @param style CSS
 * @param sections one for each image
 */
record ExplainPage(String style, List<ImageSection> sections) {

  ExplainPage {
    sections = List.copyOf(sections);
  }

  /** Returns the file's text, for UTF-8. */
  public static String of(ExplainSettings questioned, List<ExplainedImage> images) {
    ExplainPage page =
        new ExplainPage(
            Templates.resource(ExplainPage.class, "explain.css"),
            images.stream().map(ImageSection::of).toList());
    return Templates.html(ExplainPage.class, "explain", page, questioned);
  }
}
