package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** VQAv2's files: LLaVA's, the official ones with their annotations, and the hub's. */
final class VqaV2Layouts {

  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";
  private static final List<String> PICTURES =
      Stream.of("train2014", "val2014", "test2015")
          .flatMap(
              split ->
                  IntStream.range(0, 6)
                      .mapToObj(id -> "images/COCO_%s_%012d.jpg".formatted(split, id)))
          .toList();

  private static final String QUESTIONS = "v2_OpenEnded_mscoco_%s_questions.json";
  private static final String ANNOTATIONS = "v2_mscoco_%s_annotations.json";
  private static final String LLAVA = "llava_vqav2_mscoco_%s.jsonl";
  private static final String COLUMNS =
      "optional binary question_type (STRING); optional binary multiple_choice_answer (STRING); "
          + ParquetFixture.list(
              "answers",
              "optional group element { optional binary answer (STRING);"
                  + " optional binary answer_confidence (STRING); optional int64 answer_id; }")
          + "optional int64 image_id; optional binary answer_type (STRING);"
          + " optional int64 question_id; optional binary question (STRING); "
          + ParquetFixture.image("image");

  private VqaV2Layouts() {}

  static List<Layout> all() {
    return List.of(
        layout(
            "official",
            List.of("", "val2014"),
            questions(QUESTIONS.formatted("val2014")),
            annotations(ANNOTATIONS.formatted("val2014"))),
        layout(
            "official, annotations in another order, in their folders, and train",
            List.of("val2014", "train2014", "val", ""),
            questions("Questions/" + QUESTIONS.formatted("val2014")),
            mixed("Annotations/" + ANNOTATIONS.formatted("val2014")),
            questions("Questions/" + QUESTIONS.formatted("train2014")),
            annotations("Annotations/" + ANNOTATIONS.formatted("train2014"))),
        layout("official, test", List.of(""), questions(QUESTIONS.formatted("test2015"))),
        layout(
            "official, test and its part",
            List.of("", "test2015", "test-dev2015"),
            questions(QUESTIONS.formatted("test2015")),
            few(QUESTIONS.formatted("test-dev2015"))),
        layout(
            "LLaVA's beside the official annotations",
            List.of("", "val2014"),
            llava("vqav2/" + LLAVA.formatted("val2014"), "val2014"),
            mixed(ANNOTATIONS.formatted("val2014"))),
        layout(
            "LLaVA's of test's part, the official test beside it",
            List.of("", "test-dev2015"),
            llava(LLAVA.formatted("test-dev2015"), "test2015"),
            questions(QUESTIONS.formatted("test2015"))),
        layout(
            "the hub's, validation and test",
            List.of("", "validation", "test"),
            MadeFile.table(
                COLUMNS,
                "data/validation-00000-of-00001.parquet",
                row(1000, "is it red?", "yes/no", "is it", 3),
                row(2000, "How many İ?", "number", "how many", 4),
                row(1001, "what's\\n it ", "other", "what", 5)),
            MadeFile.table(
                COLUMNS,
                "data/test-00000-of-00001.parquet",
                unanswered(3000, "what?"),
                unanswered(4000, "who?"))));
  }

  private static Layout layout(String name, List<String> splits, MadeFile... files) {
    return new Layout("vqav2", name, splits, List.of(files), PICTURES);
  }

  private static MadeFile questions(String name) {
    return MadeFile.arrayIn(
        "questions",
        name,
        question(1000, "Is it red?"),
        question(2000, "How many  İ?"),
        question(1001, "what's it "),
        question(3000, "éh"),
        question(4000, "Which side,\\nleft or right?"));
  }

  private static MadeFile few(String name) {
    return MadeFile.arrayIn("questions", name, question(3000, "éh"), question(1000, "Is it red?"));
  }

  private static String question(int id, String text) {
    return "{'image_id': %d, 'question': '%s', 'question_id': %d}"
        .formatted(id / 1000, text.replace("'", "\\'"), id);
  }

  private static MadeFile annotations(String name) {
    return MadeFile.arrayIn(
        "annotations",
        name,
        annotation(1000, "yes/no", "is it", 3),
        annotation(2000, "number", "how many", 4),
        annotation(1001, "other", "what", 5),
        annotation(3000, "other", "none of the above", 2),
        annotation(4000, "other", "which", 0));
  }

  private static MadeFile mixed(String name) {
    return MadeFile.arrayIn(
        "annotations",
        name,
        annotation(4000, "other", "which", 1),
        annotation(3000, "other", "none of the above", 2),
        annotation(1000, "yes/no", "is it", 3),
        annotation(1001, "other", "what", 5),
        annotation(2000, "number", "how many", 4));
  }

  private static String annotation(int id, String type, String start, int people) {
    return ("{'question_type': '%s', 'multiple_choice_answer': 'x', 'answers': [%s],"
            + " 'image_id': %d, 'answer_type': '%s', 'question_id': %d}")
        .formatted(start, people(people), id / 1000, type, id);
  }

  private static String people(int kind) {
    return MadeHumanAnswers.of(kind, text -> "{'answer': " + text + "}");
  }

  private static MadeFile llava(String name, String split) {
    return MadeFile.lines(
        name,
        line(split, 2000, "How many  İ?" + SUFFIX),
        line(split, 1000, "Is it red?" + SUFFIX),
        line(split, 3000, "éh"),
        line(split, 1001, "what\\'s it " + SUFFIX));
  }

  private static String line(String split, int id, String text) {
    return ("{'question_id': %d, 'image': 'COCO_%s_%012d.jpg', 'text': '%s',"
            + " 'category': 'default'}")
        .formatted(id, split, id / 1000, text);
  }

  private static String row(int id, String question, String type, String start, int people) {
    return ("{'question_type': '%s', 'multiple_choice_answer': 'x', 'answers': [%s],"
            + " 'image_id': %d, 'answer_type': '%s', 'question_id': %d, 'question': '%s',"
            + " 'image': {'bytes': '%d'}}")
        .formatted(
            start, people(people), id / 1000, type, id, question.replace("'", "\\'"), id / 1000);
  }

  private static String unanswered(int id, String question) {
    return "{'image_id': %d, 'question_id': %d, 'question': '%s', 'image': {'bytes': '%d'}}"
        .formatted(id / 1000, id, question, id / 1000);
  }
}
