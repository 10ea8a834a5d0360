package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.util.List;

/**
 * All images with everything about them as one HTML file that needs nothing else, neither a network
 * nor a script.
 *
 * @param style CSS
 * @param sections one for each image
 */
record ExplainPage(String style, List<ImageSection> sections) {

  ExplainPage {
    sections = List.copyOf(sections);
  }

  /** The file's text, to be stored as UTF-8. */
  public static String of(ExplainSettings questioned, List<ExplainedImage> images) {
    ExplainPage page =
        new ExplainPage(
            Templates.resource(ExplainPage.class, "explain.css"),
            images.stream().map(ImageSection::of).toList());
    return Templates.html(ExplainPage.class, "explain", page, questioned);
  }
}
