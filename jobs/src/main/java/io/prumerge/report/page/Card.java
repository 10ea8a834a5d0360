package io.prumerge.report.page;

import java.util.List;

/**
 * One image or video with its questions, for the templates.
 *
 * @param why the reason for showing it
 * @param videos the video's frames under each protocol; none of an image
 * @param tiles the image, or only the number of a video's tokens, under each method
 */
record Card(
    String title,
    String why,
    List<CardVideo> videos,
    List<CardTile> tiles,
    List<CardQuestion> questions) {

  Card {
    videos = List.copyOf(videos);
    tiles = List.copyOf(tiles);
    questions = List.copyOf(questions);
  }

  boolean isOfVideo() {
    return !videos.isEmpty();
  }
}
