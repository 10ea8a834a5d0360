package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** VizWiz's files: LLaVA's, the official ones, and the hub's. */
final class VizWizLayouts {

  private static final String SUFFIX =
      "\\nWhen the provided information is insufficient, respond with \\'Unanswerable\\'."
          + "\\nAnswer the question using a single word or phrase.";

  private static final String COLUMNS =
      "optional binary question_id (STRING); optional binary question (STRING); "
          + ParquetFixture.list("answers", "optional binary element (STRING);")
          + "optional binary category (STRING); "
          + ParquetFixture.image("image");

  private VizWizLayouts() {}

  static List<Layout> all() {
    return List.of(
        layout("LLaVA's", List.of("", "test"), pictures("test"), llava("llava_test.jsonl")),
        layout(
            "LLaVA's in its folder beside the official one",
            List.of(""),
            pictures("test"),
            llava("vizwiz/llava_test.jsonl"),
            withheld("test.json")),
        layout("official, train", List.of("", "train"), pictures("train"), official("train")),
        layout(
            "official, val, in its folder",
            List.of("", "val", "test"),
            pictures("val"),
            official("Annotations/val", "val")),
        layout("official, test", List.of(""), pictures("test"), withheld("test.json")),
        layout(
            "official, train and val",
            List.of("train", "val", "other", ""),
            Stream.concat(pictures("train").stream(), pictures("val").stream()).toList(),
            official("train"),
            official("val")),
        layout(
            "the hub's, val",
            List.of("", "val"),
            List.of(),
            MadeFile.table(COLUMNS, "data/val-00000-of-00002.parquet", row(1), row(2)),
            MadeFile.table(COLUMNS, "data/val-00001-of-00002.parquet", row(3), row(4), row(5))),
        layout(
            "the hub's, val and test",
            List.of("", "val", "test"),
            List.of(),
            MadeFile.table(COLUMNS, "data/val-00000-of-00001.parquet", row(1), row(2), row(3)),
            MadeFile.table(
                COLUMNS, "data/test-00000-of-00001.parquet", unanswered(7), unanswered(8))));
  }

  private static Layout layout(
      String name, List<String> splits, List<String> pictures, MadeFile... files) {
    return new Layout("vizwiz", name, splits, List.of(files), pictures);
  }

  private static String image(String split, int number) {
    return "VizWiz_%s_%08d.jpg".formatted(split, number);
  }

  private static List<String> pictures(String split) {
    return IntStream.range(0, 13).mapToObj(number -> "images/" + image(split, number)).toList();
  }

  private static MadeFile llava(String name) {
    return MadeFile.lines(
        name,
        line(0, "What is this? " + SUFFIX),
        line(12, "is this é, ß or İ?" + SUFFIX),
        line(3, "WHAT colour\\nis it" + SUFFIX),
        line(4, "Which one?"),
        line(5, "Which\\u2028one?" + SUFFIX + " "));
  }

  private static String line(int number, String text) {
    return "{'question_id': %d, 'image': '%s', 'text': '%s', 'category': 'default'}"
        .formatted(number, image("test", number), text);
  }

  private static MadeFile official(String split) {
    return official(split, split);
  }

  private static MadeFile official(String name, String split) {
    return MadeFile.array(
        name + ".json",
        item(split, 12, "Can you TELL me?", "'answer_type': 'other', " + people(1)),
        item(split, 0, " what's this? ", "'answer_type': 'unanswerable', " + people(2)),
        item(split, 1, "İs it \\n red", "'answer_type': 'yes/no', " + people(3)),
        item(split, 2, "?", people(4)),
        item(split, 3, "éh?", "'answer_type': 'number', " + people(5)),
        item(split, 4, "Why?", "'answer_type': 'other', " + people(0)));
  }

  private static MadeFile withheld(String name) {
    return MadeFile.array(
        name,
        item("test", 3, "what is THIS?", ""),
        item("test", 12, "Why?", "'answers': null, "),
        item("test", 1, "Who?", people(0)));
  }

  private static String item(String split, int number, String question, String more) {
    return "{%s'image': '%s', 'question': '%s', 'answerable': 1}"
        .formatted(more, image(split, number), question.replace("'", "\\'"));
  }

  private static String people(int kind) {
    return "'answers': [%s], "
        .formatted(
            MadeHumanAnswers.of(
                kind, text -> "{'answer_confidence': 'yes', 'answer': " + text + "}"));
  }

  private static String row(int kind) {
    return ("{'question_id': 'VizWiz_val_%08d', 'question': '%s', 'answers': [%s], 'category': %s,"
            + " 'image': {'bytes': '%d'}}")
        .formatted(
            kind + 7,
            kind == 2 ? "İs IT\\n so?" : "what is it, No. " + kind,
            MadeHumanAnswers.of(kind, text -> text),
            kind == 3 ? "null" : "'other'",
            kind);
  }

  private static String unanswered(int number) {
    return ("{'question_id': 'VizWiz_test_%08d', 'question': 'what?', 'answers': %s,"
            + " 'image': {'bytes': '%d'}}")
        .formatted(number, number == 7 ? "[]" : "null", number);
  }
}
