package io.prumerge.report.page;

import java.util.List;

/**
 * One picture with its questions, as templates see it.
 *
 * @param why it is shown
 * @param tiles the picture under each method
 */
record Card(String title, String why, List<Tile> tiles, List<Asked> questions) {

  Card {
    tiles = List.copyOf(tiles);
    questions = List.copyOf(questions);
  }

  /**
   * What one method sees.
   *
   * @param methods whose tokens these are
   * @param tokens in words
   * @param picture id of the drawn picture; empty where it is not available
   * @param side patches per row
   * @param dropped an SVG path over the patches that are gone; empty for none
   */
  record Tile(String methods, String tokens, String picture, int side, String dropped) {
    Tile of(String all) {
      return new Tile(all, tokens, picture, side, dropped);
    }
  }

  /**
   * @param gold the right answer
   */
  record Asked(String prompt, String gold, List<Given> answers) {
    Asked {
      answers = List.copyOf(answers);
    }
  }

  /**
   * An answer and who gave it.
   *
   * @param mark how right it is
   * @param grade a class of {@code report.css}
   */
  record Given(String mark, String grade, String answer, String methods) {
    Given of(String all) {
      return new Given(mark, grade, answer, all);
    }
  }

  /** A picture that several tiles draw. */
  record Drawn(String id, String uri) {}
}
