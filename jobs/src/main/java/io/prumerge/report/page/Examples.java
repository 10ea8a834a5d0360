package io.prumerge.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.image.ImageAspect;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The chosen images with the patches and answers of each method.
 *
 * @param cards a card per image
 * @param pictures the images that the cards' tiles draw
 */
record Examples(List<Card> cards, List<Card.Drawn> pictures) {

  Examples {
    cards = List.copyOf(cards);
    pictures = List.copyOf(pictures);
  }

  /**
   * @param examples the rows with the images, if they can be read
   * @param sources what is known of the runs' models
   */
  static Examples of(
      SparkSession spark,
      ReportRows rows,
      ReportMethods lineup,
      Dataset<Row> predictions,
      Dataset<Row> scores,
      Optional<Dataset<Row>> examples,
      PageSources sources) {
    int benchmarks = (int) rows.efficiency().stream().map(Examples::place).distinct().count();
    List<String> methods =
        rows.efficiency().stream().map(row -> row.<String>getAs("method")).distinct().toList();
    List<ChosenPicture> chosen = ChosenPicture.of(scores, rows.baseline(), methods, benchmarks);
    if (chosen.isEmpty()) {
      return new Examples(List.of(), List.of());
    }
    Map<PictureKey, List<Row>> answers =
        Answers.of(spark, predictions, scores, chosen).stream()
            .filter(row -> lineup.all().contains(MethodRun.of(row)))
            .collect(Collectors.groupingBy(PictureKey::of));
    Map<String, SeenImages> seen =
        rows.runs().stream()
            .collect(Collectors.toMap(run -> run.getAs("run_id"), run -> seen(run, sources)));
    Set<ImageAspect> aspects =
        seen.values().stream().map(SeenImages::aspect).collect(Collectors.toSet());
    Cards cards = new Cards(lineup, seen, Thumbnails.of(spark, examples, hashes(answers), aspects));
    return new Examples(
        chosen.stream()
            .map(one -> cards.card(one, answers.getOrDefault(one.picture(), List.of())))
            .toList(),
        cards.pictures());
  }

  private static List<String> place(Row row) {
    return List.of(row.getAs("benchmark"), row.getAs("split"));
  }

  /** Images without a hash were missing when the run read them. */
  private static Map<PictureKey, String> hashes(Map<PictureKey, List<Row>> answers) {
    Map<PictureKey, String> hashes = new HashMap<>();
    answers.forEach(
        (picture, own) -> {
          String hash = own.get(0).getAs("image_sha256");
          if (hash != null) {
            hashes.put(picture, hash);
          }
        });
    return hashes;
  }

  /** Returns how a run's model sees images, by its manifest and its folder. */
  private static SeenImages seen(Row run, PageSources sources) {
    String id = run.getAs("run_id");
    try {
      String name =
          new ObjectMapper()
              .readTree(run.<String>getAs("configuration"))
              .path("configuration")
              .path("image_aspect")
              .asText();
      return SeenImages.of(
          name,
          Optional.ofNullable(sources.shapes().get(id)),
          Optional.ofNullable(sources.tilings().get(id)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Run %s has a configuration that is not JSON: %s",
              id,
              e.getOriginalMessage()),
          e);
    }
  }
}
