package io.prumerge.report.page;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Texts;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import io.prumerge.score.Scores;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The chosen images and videos with the patches and answers of each method.
 *
 * @param cards a card per image or video
 * @param pictures the images that the cards' tiles draw
 */
record Examples(List<Card> cards, List<DrawnImage> pictures) {

  /** The most protocols whose frames are shown: as many pictures as of six images. */
  static final int MOST_PROTOCOLS = 3;

  Examples {
    cards = List.copyOf(cards);
    pictures = List.copyOf(pictures);
  }

  /**
   * @param examples the rows with the images, if they can be read
   * @param models those of the runs
   */
  static Examples of(
      SparkSession spark,
      ReportRows rows,
      ReportMethods lineup,
      Dataset<Row> predictions,
      Dataset<Row> scores,
      Optional<Dataset<Row>> examples,
      ModelShapes models) {
    int benchmarks = (int) rows.efficiency().stream().map(Examples::place).distinct().count();
    List<String> methods =
        rows.efficiency().stream().map(EfficiencyRow::method).distinct().toList();
    Dataset<Row> own = scores.where(Scores.ownProfile(rows.ownProfiles()));
    List<ChosenPicture> chosen = ChosenPicture.of(own, rows.baseline(), methods, benchmarks);
    if (chosen.isEmpty()) {
      return new Examples(List.of(), List.of());
    }
    Map<PictureKey, List<Answers.Shown>> answers =
        Answers.of(spark, predictions, own, chosen).stream()
            .filter(row -> lineup.all().contains(row.who()))
            .collect(Collectors.groupingBy(Answers.Shown::picture));
    Map<String, SeenImages> seen =
        rows.runs().stream().collect(Collectors.toMap(RunRow::runId, run -> seen(run, models)));
    Set<ImageAspect> aspects =
        seen.values().stream().map(SeenImages::aspect).collect(Collectors.toSet());
    Map<String, String> protocols = new LinkedHashMap<>();
    rows.runs().stream()
        .filter(run -> !protocol(run).isEmpty())
        .forEach(run -> protocols.put(run.runId(), protocol(run)));
    Map<String, ImageAspect> shown = new LinkedHashMap<>();
    protocols.forEach(
        (run, protocol) -> {
          if (shown.size() < MOST_PROTOCOLS) {
            shown.putIfAbsent(protocol, seen.get(run).ofFrames());
          }
        });
    Cards cards =
        new Cards(
            lineup,
            seen,
            protocols,
            Thumbnails.of(spark, examples, hashes(answers, protocols), aspects),
            FrameThumbnails.of(spark, examples, frameHashes(answers, protocols, shown), shown));
    return new Examples(
        chosen.stream()
            .map(one -> cards.card(one, answers.getOrDefault(one.picture(), List.of())))
            .toList(),
        cards.pictures());
  }

  private static List<String> place(EfficiencyRow row) {
    return List.of(row.benchmark(), row.split());
  }

  /**
   * Returns the images' hashes; those that were missing when the run read them have none.
   *
   * @param protocols of the runs about videos
   */
  private static Map<PictureKey, String> hashes(
      Map<PictureKey, List<Answers.Shown>> answers, Map<String, String> protocols) {
    Map<PictureKey, String> hashes = new HashMap<>();
    answers.forEach(
        (picture, own) -> {
          String hash = own.get(0).imageSha256();
          if (hash != null && !protocols.containsKey(own.get(0).who().runId())) {
            hashes.put(picture, hash);
          }
        });
    return hashes;
  }

  /**
   * Returns the hashes of what was seen of the videos; what was missing has none.
   *
   * @param protocols of the runs about videos
   * @param shown the protocols that the page shows
   */
  private static Map<FrameThumbnails.Key, String> frameHashes(
      Map<PictureKey, List<Answers.Shown>> answers,
      Map<String, String> protocols,
      Map<String, ImageAspect> shown) {
    Map<FrameThumbnails.Key, String> hashes = new HashMap<>();
    answers.forEach(
        (picture, own) ->
            own.stream()
                .filter(row -> row.imageSha256() != null)
                .filter(row -> shown.containsKey(protocols.get(row.who().runId())))
                .forEach(
                    row ->
                        hashes.putIfAbsent(
                            new FrameThumbnails.Key(picture, protocols.get(row.who().runId())),
                            row.imageSha256())));
    return hashes;
  }

  /** Returns how a run's model sees images, by its manifest and its folder. */
  private static SeenImages seen(RunRow run, ModelShapes models) {
    String id = run.runId();
    return SeenImages.of(
        configuration(run).path("image_aspect").asText(),
        Optional.ofNullable(models.shapes().get(id)),
        Optional.ofNullable(models.tilings().get(id)));
  }

  /** Returns which frames of its videos a run saw; empty without videos. */
  static String protocol(RunRow run) {
    return configuration(run).path("protocol").asText();
  }

  /** Returns the configuration in a run's manifest. */
  static JsonNode configuration(RunRow run) {
    return manifest(run).path("configuration");
  }

  /** Returns a run's manifest. */
  static JsonNode manifest(RunRow run) {
    try {
      return new ObjectMapper().readTree(run.configuration());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          Text.format(
              "Run %s has a configuration that is not JSON: %s",
              run.runId(), e.getOriginalMessage()),
          e);
    }
  }

  /** The answers of all methods to a few questions. */
  private static final class Answers {

    /** Characters of a prompt that the page shows. */
    static final int LONGEST_PROMPT = 500;

    /** Characters of an answer, an error or a reference that the page shows. */
    static final int LONGEST = 300;

    private record Key(String benchmark, String split, String questionId) {}

    private static final RecordColumns<Key> KEY = RecordColumns.of(Key.class);

    /**
     * An answer.
     *
     * @param gold the reference; null, like the score, for a question without one
     */
    private record Shown(
        MethodRun who,
        PictureKey picture,
        String imageSha256,
        String questionId,
        String prompt,
        String answer,
        String error,
        String gold,
        Double score,
        Integer visualTokensBefore,
        Integer visualTokensAfter,
        Optional<List<Integer>> keptIndices) {}

    private static final String[] RESULT = {
      "run_id", "benchmark", "split", "method", "question_id"
    };

    private Answers() {}

    /**
     * Returns the chosen questions' predictions with {@code gold} and {@code score}. Texts are cut
     * one character after the longest that the page shows.
     *
     * @param scores under the benchmarks' own profiles
     */
    static List<Shown> of(
        SparkSession spark,
        Dataset<Row> predictions,
        Dataset<Row> scores,
        List<ChosenPicture> chosen) {
      List<Row> keys = new ArrayList<>();
      for (ChosenPicture one : chosen) {
        for (String id : one.questions()) {
          keys.add(KEY.row(new Key(one.picture().benchmark(), one.picture().split(), id)));
        }
      }
      String[] key = KEY.schema().fieldNames();
      Dataset<Row> asked = broadcast(spark.createDataFrame(keys, KEY.schema()));
      Dataset<Row> marks =
          scores
              .join(asked, key, "left_semi")
              .selectExpr(
                  "run_id", "benchmark", "split", "method", "question_id", cut("gold"), "score");
      Dataset<Row> answers =
          predictions
              .join(asked, key, "left_semi")
              .withColumn("prompt", expr(Text.format("left(prompt, %d)", LONGEST_PROMPT + 1)))
              .join(marks, RESULT, "left")
              .selectExpr(
                  "run_id",
                  "model",
                  "method",
                  "benchmark",
                  "split",
                  "image_id",
                  "image_sha256",
                  "question_id",
                  "prompt",
                  cut("answer"),
                  cut("error"),
                  "gold",
                  "score",
                  "visual_tokens_before",
                  "visual_tokens_after",
                  "kept_indices");
      return RecordColumns.of(Shown.class).collect(answers);
    }

    private static String cut(String column) {
      return Text.format("left(%s, %d) AS %s", column, LONGEST + 1, column);
    }
  }

  /** Makes cards, and collects the images that they draw, each once. */
  private static final class Cards {

    private static final int LONGEST_NAME = 80;

    private final ReportMethods lineup;
    private final Map<String, SeenImages> seen;
    private final Map<String, String> protocols;
    private final Map<Thumbnails.Key, Thumbnails.Made> thumbnails;
    private final Map<FrameThumbnails.Key, SampledVideo> videos;
    private final Map<Object, DrawnImage> drawn = new LinkedHashMap<>();

    /**
     * @param seen how each run's model sees images
     * @param protocols of the runs about videos
     * @param thumbnails of the images that could be read
     * @param videos frames of those that could be read
     */
    Cards(
        ReportMethods lineup,
        Map<String, SeenImages> seen,
        Map<String, String> protocols,
        Map<Thumbnails.Key, Thumbnails.Made> thumbnails,
        Map<FrameThumbnails.Key, SampledVideo> videos) {
      this.lineup = lineup;
      this.seen = seen;
      this.protocols = protocols;
      this.thumbnails = thumbnails;
      this.videos = videos;
    }

    /** Returns the images of all cards so far. */
    List<DrawnImage> pictures() {
      return List.copyOf(drawn.values());
    }

    /**
     * @param answers of all methods to the image's questions
     */
    Card card(ChosenPicture chosen, List<Answers.Shown> answers) {
      List<Answers.Shown> ordered =
          answers.stream()
              .sorted(Comparator.comparingInt(row -> lineup.all().indexOf(row.who())))
              .toList();
      List<CardQuestion> asked = new ArrayList<>();
      for (String id : chosen.questions()) {
        List<Answers.Shown> own =
            ordered.stream().filter(row -> row.questionId().equals(id)).toList();
        if (!own.isEmpty()) {
          CardQuestion question = asked(own);
          if (asked.stream().noneMatch(question::isAlike)) {
            asked.add(question);
          }
        }
      }
      PictureKey picture = chosen.picture();
      return new Card(
          Text.format(
              "%s · %s · %s",
              picture.benchmark(), picture.split(), Texts.shown(picture.id(), LONGEST_NAME)),
          chosen.why(),
          videos(picture, ordered),
          tiles(picture, ordered),
          asked);
    }

    /** Returns what was seen of a video under each protocol; nothing of an image. */
    private List<CardVideo> videos(PictureKey picture, List<Answers.Shown> answers) {
      List<String> asked =
          protocols.values().stream()
              .distinct()
              .filter(
                  protocol ->
                      answers.stream()
                          .anyMatch(row -> protocol.equals(protocols.get(row.who().runId()))))
              .toList();
      List<CardVideo> all = new ArrayList<>();
      for (String protocol : asked.subList(0, Math.min(asked.size(), MOST_PROTOCOLS))) {
        SampledVideo video = videos.get(new FrameThumbnails.Key(picture, protocol));
        all.add(
            video == null
                ? new CardVideo("frames of " + protocol + ": not available", List.of())
                : new CardVideo(
                    video.caption(protocol), video.frames().stream().map(this::frame).toList()));
      }
      if (asked.size() > MOST_PROTOCOLS) {
        all.add(
            new CardVideo(
                "not shown: frames of "
                    + String.join(", ", asked.subList(MOST_PROTOCOLS, asked.size())),
                List.of()));
      }
      return all;
    }

    private CardFrame frame(SampledFrame frame) {
      return new CardFrame(
          frame.copy().picture().map(made -> picture(made.uri(), made.uri())).orElse(""),
          frame.name());
    }

    /** Returns the tiles; methods that keep the same patches share one. */
    private List<CardTile> tiles(PictureKey picture, List<Answers.Shown> answers) {
      Map<CardTile, Set<String>> alike = new LinkedHashMap<>();
      for (Answers.Shown row : answers) {
        alike
            .computeIfAbsent(tile(picture, row), absent -> new LinkedHashSet<>())
            .add(lineup.label(row.who()));
      }
      List<CardTile> tiles = new ArrayList<>();
      alike.forEach((tile, methods) -> tiles.add(tile.of(String.join(", ", methods))));
      return tiles;
    }

    private CardTile tile(PictureKey picture, Answers.Shown row) {
      Integer before = row.visualTokensBefore();
      SeenImages images = seen.get(row.who().runId());
      Thumbnails.Key key = new Thumbnails.Key(picture, images.aspect());
      // Patches of several images are not drawn: the tile shows the first one.
      Optional<List<Integer>> patches = picture.several() ? Optional.empty() : row.keptIndices();
      Thumbnails.Made made = thumbnails.get(key);
      return new CardTile(
          "",
          tokens(row),
          protocols.containsKey(row.who().runId()) ? "" : "picture not available",
          made == null ? "" : picture(key, made.uri()),
          made == null ? List.of() : images.views(before, made.width(), made.height(), patches),
          made == null ? "" : images.gap(before, made.width(), made.height(), patches));
    }

    private static String tokens(Answers.Shown row) {
      if (row.visualTokensAfter() != null) {
        return Text.format("%d of %d tokens", row.visualTokensAfter(), row.visualTokensBefore());
      }
      return row.error() == null ? "tokens unknown" : "no tokens";
    }

    /**
     * Returns the id of the image's element.
     *
     * @param of what it is of: an image, or a frame that several protocols may have
     */
    private String picture(Object of, String uri) {
      return drawn
          .computeIfAbsent(of, first -> new DrawnImage("picture-" + drawn.size(), uri))
          .id();
    }

    /** Returns the answers; methods with the same answer are grouped. */
    private CardQuestion asked(List<Answers.Shown> answers) {
      Map<CardAnswer, List<String>> alike = new LinkedHashMap<>();
      for (Answers.Shown row : answers) {
        alike.computeIfAbsent(given(row), absent -> new ArrayList<>()).add(lineup.label(row.who()));
      }
      List<CardAnswer> given = new ArrayList<>();
      alike.forEach((one, methods) -> given.add(one.of(String.join(", ", methods))));
      Answers.Shown first = answers.get(0);
      return new CardQuestion(
          Texts.shown(first.prompt(), Answers.LONGEST_PROMPT),
          Texts.shown(first.gold(), Answers.LONGEST),
          given,
          ViewLink.command(
              first.picture().benchmark(), first.picture().split(), first.questionId()));
    }

    private static CardAnswer given(Answers.Shown row) {
      String error = row.error();
      Grade grade = Grade.of(row.score(), error);
      if (error != null) {
        return new CardAnswer(grade.mark(), grade.style(), Texts.shown(error, Answers.LONGEST), "");
      }
      String said = Texts.shown(row.answer(), Answers.LONGEST);
      return new CardAnswer(grade.mark(), grade.style(), said.isBlank() ? "" : said, "");
    }
  }

  /** Thumbnails of examples; executors scale the images down. */
  static final class Thumbnails {

    /** An image and the way that made it square. */
    private record Key(PictureKey picture, ImageAspect aspect) {}

    /**
     * A small copy of an image.
     *
     * @param uri its data URI
     * @param width of the image itself, in pixels
     * @param height of the image itself, in pixels
     */
    private record Made(String uri, int width, int height) {}

    /** Largest side in pixels. */
    static final int SIDE = 224;

    private record Wanted(PictureKey picture, String imageSha256) {}

    private static final RecordColumns<Wanted> WANTED = RecordColumns.of(Wanted.class);

    private record Picture(PictureKey picture, byte[] image) {}

    private static final RecordColumns<Picture> PICTURE = RecordColumns.of(Picture.class);

    private record Thumbnail(Key key, Made made) {}

    private static final RecordColumns<Thumbnail> THUMBNAIL = RecordColumns.of(Thumbnail.class);

    private Thumbnails() {}

    /**
     * Returns thumbnails of the images whose hash in the examples is still the expected one.
     *
     * @param examples rows of {@link Table#EXAMPLES}, if there are any
     * @param hashes SHA-256 of the wanted images
     */
    static Map<Key, Made> of(
        SparkSession spark,
        Optional<Dataset<Row>> examples,
        Map<PictureKey, String> hashes,
        Collection<ImageAspect> aspects) {
      if (examples.isEmpty() || hashes.isEmpty()) {
        return Map.of();
      }
      List<Row> wanted = new ArrayList<>();
      hashes.forEach((picture, hash) -> wanted.add(WANTED.row(new Wanted(picture, hash))));
      List<ImageAspect> squares = List.copyOf(aspects);
      Dataset<Row> made =
          examples
              .get()
              .join(
                  broadcast(spark.createDataFrame(wanted, WANTED.schema())),
                  WANTED.schema().fieldNames(),
                  "left_semi")
              .selectExpr(PICTURE.schema().fieldNames())
              .flatMap(
                  (FlatMapFunction<Row, Row>)
                      row -> thumbnails(PICTURE.record(row), squares).iterator(),
                  Encoders.row(THUMBNAIL.schema()));
      Map<Key, Made> thumbnails = new HashMap<>();
      THUMBNAIL.collect(made).forEach(one -> thumbnails.put(one.key(), one.made()));
      return thumbnails;
    }

    private static List<Row> thumbnails(Picture picture, List<ImageAspect> squares) {
      List<Row> rows = new ArrayList<>();
      for (ImageAspect square : squares) {
        PictureCopy.of(picture.image(), square, SIDE)
            .picture()
            .ifPresent(
                made ->
                    rows.add(
                        THUMBNAIL.row(
                            new Thumbnail(
                                new Key(picture.picture(), square),
                                new Made(made.uri(), made.width(), made.height())))));
      }
      return rows;
    }
  }
}
