package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.IntStream;

/** POPE's files: LLaVA's, the official ones of each setting, and the hub's. */
final class PopeLayouts {

  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";
  private static final List<String> PICTURES =
      IntStream.range(0, 5).mapToObj("val2014/COCO_%d.jpg"::formatted).toList();

  private static final String LLAVA = "llava_pope_test.jsonl";
  private static final String LABELS = "coco_pope_%s.json";
  private static final String COLUMNS =
      "optional binary id (STRING); optional binary question_id (STRING);"
          + " optional binary question (STRING); optional binary answer (STRING);"
          + " optional binary image_source (STRING); optional binary category (STRING); "
          + ParquetFixture.image("image");

  private PopeLayouts() {}

  static List<Layout> all() {
    return List.of(
        layout(
            "LLaVA's, the official ones in their folder",
            List.of("", "test"),
            llava(LLAVA),
            random("coco/" + LABELS.formatted("random")),
            other("coco/" + LABELS.formatted("popular")),
            other("coco/" + LABELS.formatted("adversarial"))),
        layout(
            "LLaVA's in its folder, the official ones beside it",
            List.of(""),
            llava("coco/" + LLAVA),
            random(LABELS.formatted("random")),
            other(LABELS.formatted("popular")),
            other(LABELS.formatted("adversarial"))),
        layout(
            "official",
            List.of("", "random"),
            random(LABELS.formatted("random")),
            other("coco/" + LABELS.formatted("popular")),
            other("coco/" + LABELS.formatted("adversarial"))),
        layout("official, one setting", List.of(""), random("coco/" + LABELS.formatted("random"))),
        layout(
            "the hub's, whole",
            List.of("", "test"),
            MadeFile.table(
                COLUMNS,
                "data/test-00000-of-00001.parquet",
                row("1", "Is there a dog in the image?", "no", "COCO_1", "adversarial"),
                row("1", "Is there a dog in the image?", "yes", "COCO_1", "random"),
                row("2", "is there a cat in the imange?", "no", "COCO_2", "random"),
                row("1", " Is there a car? ", "yes", "COCO_3", "popular"))),
        layout(
            "the hub's by setting",
            List.of("", "random"),
            MadeFile.table(
                COLUMNS,
                "Full/random-00000-of-00001.parquet",
                row("1", "Is there a dog in the image?", "no", "COCO_1", "random"),
                row("2", "Is there a cat in the image?", "no", "COCO_1", "random")),
            MadeFile.table(
                COLUMNS,
                "Full/popular-00000-of-00001.parquet",
                row("1", "Is there a dog in the image?", "yes", "COCO_2", "popular"),
                row("2", "Is there a car in the image?", "no", "COCO_2", "popular")),
            MadeFile.table(
                COLUMNS,
                "Full/adversarial-00000-of-00001.parquet",
                row("1", "Is there a man in the image?", "no", "COCO_3", "adversarial"),
                row("2", "Is there a cat in the image?", "yes", "COCO_1", "adversarial"))));
  }

  private static Layout layout(String name, List<String> splits, MadeFile... files) {
    return new Layout("pope", name, splits, List.of(files), PICTURES);
  }

  private static MadeFile llava(String name) {
    return MadeFile.lines(
        name,
        line(10, 1, "Is there a dog in the image?" + SUFFIX, "random"),
        line(11, 2, "Is there a cat in the imange?" + SUFFIX, "random"),
        line(12, 3, "Is there a car? " + SUFFIX, "random"),
        line(20, 1, "Is there a dog in the image?" + SUFFIX, "popular"),
        line(21, 4, "Is there a man in the imange?", "popular"),
        line(30, 1, "Is there a dog in the image?" + SUFFIX, "adversarial"));
  }

  private static String line(int id, int image, String text, String setting) {
    return "{'question_id': %d, 'image': 'COCO_%d.jpg', 'text': '%s', 'category': '%s'}"
        .formatted(id, image, text, setting);
  }

  private static MadeFile random(String name) {
    return MadeFile.lines(
        name,
        label(1, 1, "Is there a dog in the image?", "yes"),
        label(2, 1, "Is there a dog in the image?", "yes"),
        label(3, 2, "Is there a cat in the imange?", "no"),
        label(4, 3, "Is there a car? ", "no"));
  }

  private static MadeFile other(String name) {
    return MadeFile.lines(
        name,
        label(1, 4, "Is there a man in the image?", "no"),
        label(2, 1, "Is there a dog in the image?", "yes"),
        label(3, 0, "Is there a dog in the imange?", "no"));
  }

  private static String label(int id, int image, String question, String label) {
    return "{'question_id': %d, 'image': 'COCO_%d.jpg', 'text': '%s', 'label': '%s'}"
        .formatted(id, image, question, label);
  }

  private static String row(
      String id, String question, String answer, String image, String setting) {
    return ("{'id': '%s', 'question_id': '%s', 'question': '%s', 'answer': '%s',"
            + " 'image_source': '%s', 'category': '%s', 'image': {'bytes': '%s'}}")
        .formatted(id, id, question, answer, image, setting, image);
  }
}
