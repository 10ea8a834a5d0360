package io.prumerge.text;

import io.prumerge.image.ViewGrid;

/** The text of a video whose views have text around each in a prompt. */
@FunctionalInterface
public interface ViewTexts {

  /**
   * Returns it, with the token that stands for a view once for each view.
   *
   * @param video how many views are seen of it, and when its seen frames are
   */
  String of(ViewGrid video);
}
