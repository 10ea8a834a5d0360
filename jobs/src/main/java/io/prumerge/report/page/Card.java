package io.prumerge.report.page;

import java.util.List;

/**
 * One image with its questions, for the templates.
 *
 * @param why the reason for showing it
 * @param tiles the image under each method
 */
public record Card(String title, String why, List<CardTile> tiles, List<CardQuestion> questions) {

  public Card {
    tiles = List.copyOf(tiles);
    questions = List.copyOf(questions);
  }
}
