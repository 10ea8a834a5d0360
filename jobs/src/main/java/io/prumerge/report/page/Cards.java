package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Makes cards, and collects the images that they draw, each once. */
final class Cards {

  private static final int LONGEST_NAME = 80;

  private final ReportMethods lineup;
  private final Map<String, SeenImages> seen;
  private final Map<Thumbnails.Key, Thumbnails.Made> thumbnails;
  private final Map<Thumbnails.Key, Card.Drawn> drawn = new LinkedHashMap<>();

  /**
   * @param seen how each run's model sees images
   * @param thumbnails of the images that could be read
   */
  Cards(
      ReportMethods lineup,
      Map<String, SeenImages> seen,
      Map<Thumbnails.Key, Thumbnails.Made> thumbnails) {
    this.lineup = lineup;
    this.seen = seen;
    this.thumbnails = thumbnails;
  }

  /** Returns the images of all cards so far. */
  List<Card.Drawn> pictures() {
    return List.copyOf(drawn.values());
  }

  /**
   * @param answers of all methods to the image's questions
   */
  Card card(ChosenPicture chosen, List<Row> answers) {
    List<Row> ordered =
        answers.stream()
            .sorted(Comparator.comparingInt(row -> lineup.all().indexOf(MethodRun.of(row))))
            .toList();
    List<Card.Asked> asked = new ArrayList<>();
    for (String id : chosen.questions()) {
      List<Row> own = ordered.stream().filter(row -> row.getAs("question_id").equals(id)).toList();
      if (!own.isEmpty()) {
        asked.add(asked(own));
      }
    }
    PictureKey picture = chosen.picture();
    return new Card(
        String.format(
            Locale.ROOT,
            "%s · %s · %s",
            picture.benchmark(),
            picture.split(),
            Texts.shown(picture.id(), LONGEST_NAME)),
        chosen.why(),
        tiles(picture, ordered),
        asked);
  }

  /** Returns the tiles; methods that keep the same patches share one. */
  private List<Card.Tile> tiles(PictureKey picture, List<Row> answers) {
    Map<Card.Tile, Set<String>> alike = new LinkedHashMap<>();
    for (Row row : answers) {
      alike
          .computeIfAbsent(tile(picture, row), absent -> new LinkedHashSet<>())
          .add(lineup.label(MethodRun.of(row)));
    }
    List<Card.Tile> tiles = new ArrayList<>();
    alike.forEach((tile, methods) -> tiles.add(tile.of(String.join(", ", methods))));
    return tiles;
  }

  private Card.Tile tile(PictureKey picture, Row row) {
    Integer before = row.getAs("visual_tokens_before");
    Integer after = row.getAs("visual_tokens_after");
    SeenImages images = seen.get(row.<String>getAs("run_id"));
    Thumbnails.Key key = new Thumbnails.Key(picture, images.aspect());
    int kept = row.fieldIndex("kept_indices");
    // Patches of several images are not drawn: the tile shows the first one.
    Optional<List<Integer>> patches =
        row.isNullAt(kept) || picture.several()
            ? Optional.empty()
            : Optional.of(List.copyOf(row.getList(kept)));
    Thumbnails.Made made = thumbnails.get(key);
    return new Card.Tile(
        "",
        tokens(row, before, after),
        made == null ? "" : picture(key, made),
        made == null ? List.of() : images.views(before, made.width(), made.height(), patches),
        made == null || patches.isEmpty() ? "" : images.gap());
  }

  private static String tokens(Row row, Integer before, Integer after) {
    if (after != null) {
      return String.format(Locale.ROOT, "%d of %d tokens", after, before);
    }
    return row.getAs("error") == null ? "tokens unknown" : "no tokens";
  }

  /** Returns the id of the image's element. */
  private String picture(Thumbnails.Key key, Thumbnails.Made made) {
    return drawn
        .computeIfAbsent(key, first -> new Card.Drawn("picture-" + drawn.size(), made.uri()))
        .id();
  }

  /** Returns the answers; methods with the same answer are grouped. */
  private Card.Asked asked(List<Row> answers) {
    Map<Card.Given, List<String>> alike = new LinkedHashMap<>();
    for (Row row : answers) {
      alike
          .computeIfAbsent(given(row), absent -> new ArrayList<>())
          .add(lineup.label(MethodRun.of(row)));
    }
    List<Card.Given> given = new ArrayList<>();
    alike.forEach((one, methods) -> given.add(one.of(String.join(", ", methods))));
    Row first = answers.get(0);
    return new Card.Asked(
        Texts.shown(first.getAs("prompt"), Answers.LONGEST_PROMPT),
        Texts.shown(first.getAs("gold"), Answers.LONGEST),
        given);
  }

  private static Card.Given given(Row row) {
    Double score = row.getAs("score");
    String error = row.getAs("error");
    if (error != null) {
      return new Card.Given("!", "failed", Texts.shown(error, Answers.LONGEST), "");
    }
    String answer = Texts.shown(row.getAs("answer"), Answers.LONGEST);
    if (score == null) {
      return new Card.Given("?", "unknown", answer, "");
    }
    if (score == 1) {
      return new Card.Given("✓", "right", answer, "");
    }
    return score == 0
        ? new Card.Given("✗", "wrong", answer, "")
        : new Card.Given(Math.round(100 * score) + " %", "partly", answer, "");
  }
}
