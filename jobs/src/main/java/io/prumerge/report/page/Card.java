package io.prumerge.report.page;

import java.util.List;

/**
 * One image with its questions, for the templates.
 *
 * @param why the reason for showing it
 * @param tiles the image under each method
 */
public record Card(String title, String why, List<Tile> tiles, List<Asked> questions) {

  public Card {
    tiles = List.copyOf(tiles);
    questions = List.copyOf(questions);
  }

  /**
   * The patches that some methods keep.
   *
   * @param methods the methods that keep these patches
   * @param tokens number of tokens, in words
   * @param picture id of the image's element; empty if it is not available
   * @param views the image as the model sees it: one view, or the whole image and its tiles
   * @param note why patches are not drawn; empty if they are
   */
  record Tile(String methods, String tokens, String picture, List<View> views, String note) {
    Tile {
      views = List.copyOf(views);
    }

    Tile of(String all) {
      return new Tile(all, tokens, picture, views, note);
    }
  }

  /**
   * A grid of patches over the image.
   *
   * @param cols patches per row
   * @param rows of patches
   * @param placed an SVG transform that puts the image of side 1 into its place on the grid
   * @param dropped an SVG path over the dropped patches; empty for none
   * @param borders an SVG path between tiles; empty for none
   */
  public record View(int cols, int rows, String placed, String dropped, String borders) {}

  /**
   * @param gold the reference
   * @param command shows the question with all its answers
   */
  record Asked(String prompt, String gold, List<Given> answers, String command) {
    Asked {
      answers = List.copyOf(answers);
    }
  }

  /**
   * An answer and the methods that gave it.
   *
   * @param mark a sign for right, wrong or partly right
   * @param grade a class of {@code report.css}
   * @param answer its text; empty for an answer without any, which the page says
   */
  record Given(String mark, String grade, String answer, String methods) {
    Given of(String all) {
      return new Given(mark, grade, answer, all);
    }
  }

  /** An image that several tiles draw. */
  record Drawn(String id, String uri) {}
}
