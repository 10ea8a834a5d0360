package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.IntStream;

/** GQA's files: LLaVA's, the official ones, and the hub's. */
final class GqaLayouts {

  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";
  private static final List<String> PICTURES =
      IntStream.range(0, 9).mapToObj(number -> "images/n%d.jpg".formatted(number)).toList();

  private static final String QUESTIONS =
      "optional binary id (STRING); optional binary imageId (STRING);"
          + " optional binary question (STRING); optional binary answer (STRING);"
          + " optional group types { optional binary detailed (STRING);"
          + " optional binary semantic (STRING); optional binary structural (STRING); }";
  private static final String IMAGES =
      "optional binary id (STRING); " + ParquetFixture.image("image");

  private static final String TESTDEV = "testdev_balanced";

  private GqaLayouts() {}

  static List<Layout> all() {
    return List.of(
        layout("official", List.of("", TESTDEV), official(TESTDEV + "_questions.json")),
        layout(
            "official, val and testdev, in their folder",
            List.of("val_all", TESTDEV, "val", ""),
            official("data/val_all_questions.json"),
            official("data/" + TESTDEV + "_questions.json")),
        layout("official, submission", List.of(""), withheld("submission_all_questions.json")),
        layout("LLaVA's", List.of("", TESTDEV), llava("llava_gqa_testdev_balanced.jsonl")),
        layout(
            "LLaVA's beside the official one",
            List.of("", TESTDEV),
            llava("llava_gqa_testdev_balanced.jsonl"),
            official(TESTDEV + "_questions.json")),
        layout(
            "LLaVA's, the official one in its folder, and another split's",
            List.of(TESTDEV, ""),
            llava("gqa/llava_gqa_testdev_balanced.jsonl"),
            official("data/" + TESTDEV + "_questions.json"),
            official("data/val_balanced_questions.json")),
        layout(
            "the hub's",
            List.of("", "testdev"),
            questions("testdev_balanced_instructions/testdev-00000-of-00001.parquet"),
            images("testdev_balanced_images/testdev-00000-of-00001.parquet")),
        layout(
            "the hub's, testdev and val",
            List.of("", "testdev", "val", "train"),
            questions("testdev_balanced_instructions/testdev-00000-of-00001.parquet"),
            images("testdev_balanced_images/testdev-00000-of-00001.parquet"),
            questions("val_balanced_instructions/val-00000-of-00001.parquet"),
            images("val_balanced_images/val-00000-of-00001.parquet")),
        layout(
            "the hub's without images",
            List.of(""),
            questions("testdev_balanced_instructions/testdev-00000-of-00001.parquet")));
  }

  private static Layout layout(String name, List<String> splits, MadeFile... files) {
    return new Layout("gqa", name, splits, List.of(files), PICTURES);
  }

  private static MadeFile official(String name) {
    return MadeFile.fields(
        "id",
        name,
        field("201", "n1", "Is it red?", "yes", "'semantic': 'attr', 'structural': 'verify'"),
        field("0202", "n2", "Who is that?", "man", "'semantic': 'rel', 'structural': 'query'"),
        field(
            "203",
            "n1",
            "What's on the tv? ",
            "İt\\'s.",
            "'semantic': 'obj', 'structural': 'choose'"),
        "{'id': '204', 'question': 'is it?', 'imageId': 'n3', 'answer': 'No', 'types': null}",
        "{'id': '205', 'question': 'Which side, left or right?', 'imageId': 'n4'}",
        field("206", "n0", "éh?", "on top of", "'semantic': 'global', 'structural': 'compare'"));
  }

  private static MadeFile withheld(String name) {
    return MadeFile.fields(
        "id",
        name,
        "{'id': '204', 'question': 'is it?', 'imageId': 'n3', 'isBalanced': false}",
        "{'id': '205', 'question': 'Which side?', 'imageId': 'n4', 'isBalanced': true}");
  }

  private static String field(
      String id, String image, String question, String answer, String types) {
    return ("{'id': '%s', 'question': '%s',"
            + " 'imageId': '%s', 'answer': '%s',"
            + " 'types': {'detailed': 'd', %s}, 'fullAnswer': 'It is.'}")
        .formatted(id, question.replace("'", "\\'"), image, answer, types);
  }

  private static MadeFile llava(String name) {
    return MadeFile.lines(
        name,
        line("'0202'", "n2", "Who is  that?" + SUFFIX),
        line("'201'", "n1", "Is it red?" + SUFFIX),
        line("'205'", "n4", "Which side,\\nleft or right?" + SUFFIX),
        line("204", "n3", "is it?"),
        line("'203'", "n1", "What\\'s on the tv? " + SUFFIX));
  }

  private static String line(String id, String image, String text) {
    return "{'question_id': %s, 'image': '%s.jpg', 'text': '%s', 'category': 'default'}"
        .formatted(id, image, text);
  }

  private static MadeFile questions(String name) {
    return MadeFile.table(
        QUESTIONS,
        name,
        row("0201", "n7", "Who?", "'man'", "{'semantic': 'rel', 'structural': 'query'}"),
        row("202", "n8", "Is it  red?", "'yes'", "{'semantic': 'attr', 'structural': 'verify'}"),
        row("203", "n7", "İs it?", "null", "null"),
        row("204", "n6", "what\\nis it?", "'İt'", "{'semantic': 'cat', 'structural': 'logical'}"));
  }

  private static String row(String id, String image, String question, String answer, String types) {
    return "{'id': '%s', 'imageId': '%s', 'question': '%s', 'answer': %s, 'types': %s}"
        .formatted(id, image, question, answer, types);
  }

  private static MadeFile images(String name) {
    return MadeFile.table(
        IMAGES,
        name,
        "{'id': 'n6', 'image': {'bytes': 'n6'}}",
        "{'id': 'n7', 'image': {'bytes': 'n7'}}",
        "{'id': 'n5', 'image': {'bytes': 'n5'}}",
        "{'id': 'n8', 'image': {'bytes': 'n8'}}");
  }
}
