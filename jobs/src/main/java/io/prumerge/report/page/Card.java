package io.prumerge.report.page;

import java.util.List;

/**
 * One image with its questions, for the templates.
 *
 * @param why the reason for showing it
 * @param tiles the image under each method
 */
record Card(String title, String why, List<Tile> tiles, List<Asked> questions) {

  Card {
    tiles = List.copyOf(tiles);
    questions = List.copyOf(questions);
  }

  /**
   * The patches that some methods keep.
   *
   * @param methods the methods that keep these patches
   * @param tokens number of tokens, in words
   * @param picture id of the image's element; empty if it is not available
   * @param side patches per row
   * @param dropped an SVG path over the dropped patches; empty for none
   */
  record Tile(String methods, String tokens, String picture, int side, String dropped) {
    Tile of(String all) {
      return new Tile(all, tokens, picture, side, dropped);
    }
  }

  /**
   * @param gold the reference
   */
  record Asked(String prompt, String gold, List<Given> answers) {
    Asked {
      answers = List.copyOf(answers);
    }
  }

  /**
   * An answer and the methods that gave it.
   *
   * @param mark a sign for right, wrong or partly right
   * @param grade a class of {@code report.css}
   */
  record Given(String mark, String grade, String answer, String methods) {
    Given of(String all) {
      return new Given(mark, grade, answer, all);
    }
  }

  /** An image that several tiles draw. */
  record Drawn(String id, String uri) {}
}
