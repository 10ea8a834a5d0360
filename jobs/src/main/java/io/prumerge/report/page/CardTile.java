package io.prumerge.report.page;

import java.util.List;

/**
 * The patches that some methods keep.
 *
 * @param methods the methods that keep these patches
 * @param tokens number of tokens, in words
 * @param missing what stands in the place of an image that is not available; empty of a video
 * @param picture id of the image's element; empty if it is not available
 * @param views the image as the model sees it: one view, or the whole image and its tiles
 * @param note why patches are not drawn; empty if they are
 */
record CardTile(
    String methods,
    String tokens,
    String missing,
    String picture,
    List<CardView> views,
    String note) {
  CardTile {
    views = List.copyOf(views);
  }

  CardTile of(String all) {
    return new CardTile(all, tokens, missing, picture, views, note);
  }
}
