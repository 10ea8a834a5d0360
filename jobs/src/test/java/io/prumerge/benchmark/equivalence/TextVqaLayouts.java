package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.IntStream;

/** TextVQA's files: LLaVA's, the official ones with the tokens that OCR read, and the hub's. */
final class TextVqaLayouts {

  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";
  private static final String TOKENS = "\\nReference OCR token: ";
  private static final List<String> PICTURES =
      IntStream.range(0, 6).mapToObj("images/0a%d.jpg"::formatted).toList();

  private static final String LLAVA = "llava_textvqa_val_v051_ocr.jsonl";
  private static final String COLUMNS =
      "optional binary image_id (STRING); optional int32 question_id;"
          + " optional binary question (STRING); "
          + ParquetFixture.list("answers", "optional binary element (STRING);")
          + ParquetFixture.list("ocr_tokens", "optional binary element (STRING);")
          + ParquetFixture.image("image");

  private TextVqaLayouts() {}

  static List<Layout> all() {
    return List.of(
        layout("official", List.of("", "val"), official("TextVQA_0.5.1_val.json")),
        layout(
            "official with tokens, in their folder, and train",
            List.of("val", "train", ""),
            official("annotations/TextVQA_0.5.1_val.json"),
            tokens("annotations/TextVQA_Rosetta_OCR_v0.2_val.json"),
            official("annotations/TextVQA_0.5.1_train.json")),
        layout("official, test", List.of(""), withheld("TextVQA_0.5.1_test.json")),
        layout("LLaVA's", List.of("", "val"), llava(LLAVA)),
        layout(
            "LLaVA's beside the official one, with tokens",
            List.of("", "val"),
            llava("textvqa/" + LLAVA),
            official("TextVQA_0.5.1_val.json"),
            tokens("TextVQA_Rosetta_OCR_v0.2_val.json")),
        layout(
            "the hub's",
            List.of("", "validation"),
            MadeFile.table(
                COLUMNS,
                "data/validation-00000-of-00002.parquet",
                row(34602, "0a1", "what IS it?", 1, "['ONE', 'two, three']"),
                row(34603, "0a2", "İs it  so? ", 5, "[]")),
            MadeFile.table(
                COLUMNS,
                "data/validation-00001-of-00002.parquet",
                row(34604, "0a1", "who?", 3, "['']"),
                row(34605, "0a4", "éh", 0, "null"))),
        layout(
            "the hub's, validation and test",
            List.of("", "validation", "test"),
            MadeFile.table(
                COLUMNS,
                "data/validation-00000-of-00001.parquet",
                row(1, "0a1", "what?", 1, "['ONE']"),
                row(2, "0a2", "who?", 2, "['a']")),
            MadeFile.table(
                COLUMNS,
                "data/test-00000-of-00001.parquet",
                row(3, "0a3", "what?", 0, "['ONE']"),
                row(4, "0a4", "who?", 0, "['b', 'c']"))));
  }

  private static Layout layout(String name, List<String> splits, MadeFile... files) {
    return new Layout("textvqa", name, splits, List.of(files), PICTURES);
  }

  private static MadeFile official(String name) {
    return MadeFile.arrayIn(
        "data",
        name,
        item(34602, "0a1", "what is the BRAND of this?", 1),
        item(34603, "0a2", "What is it?", 5),
        item(34604, "0a1", "what's the NUMBER", 4),
        item(34605, "0a4", "İs it  red?", 3),
        item(34606, "0a1", "what is it?", 2),
        item(34607, "0a5", "", 0));
  }

  private static MadeFile withheld(String name) {
    return MadeFile.arrayIn(
        "data",
        name,
        "{'question': 'what?', 'image_id': '0a1', 'question_id': 1, 'image_width': 9}",
        "{'question': 'who IS it', 'image_id': '0a2', 'question_id': 2, 'answers': null}",
        item(3, "0a1", "where?", 0));
  }

  private static String item(int id, String image, String question, int people) {
    return "{'question': '%s', 'image_id': '%s', 'answers': [%s], 'question_id': %d}"
        .formatted(
            question.replace("'", "\\'"), image, MadeHumanAnswers.of(people, text -> text), id);
  }

  private static MadeFile tokens(String name) {
    return MadeFile.arrayIn(
        "data",
        name,
        "{'image_id': '0a1', 'ocr_tokens': ['ONE', 'two, three', 'ü'], 'ocr_info': []}",
        "{'image_id': '0a4', 'ocr_tokens': []}",
        "{'image_id': '0a2', 'ocr_tokens': ['']}",
        "{'image_id': '0a5', 'ocr_tokens': ['a', 'a']}",
        "{'image_id': '0a9', 'ocr_tokens': ['not asked']}");
  }

  private static MadeFile llava(String name) {
    return MadeFile.lines(
        name,
        line("0a1", "what is the brand of this?" + TOKENS + "ONE, two, three" + SUFFIX),
        line("0a2", "What IS it?" + TOKENS + SUFFIX),
        line("0a1", TOKENS.substring(2) + "A,B\\nWhat is it?" + SUFFIX),
        line("0a4", "İs it  red?" + SUFFIX),
        line("0a1", "OCR tokens: a, b. Question: What\\'s the number Short answer:"));
  }

  private static String line(String image, String text) {
    return "{'question_id': '%s', 'image': '%s.jpg', 'text': '%s', 'category': 'default'}"
        .formatted(image, image, text);
  }

  private static String row(int id, String image, String question, int people, String tokens) {
    return ("{'image_id': '%s', 'question_id': %d, 'question': '%s', 'answers': [%s],"
            + " 'ocr_tokens': %s, 'image': {'bytes': '%s'}}")
        .formatted(image, id, question, MadeHumanAnswers.of(people, text -> text), tokens, image);
  }
}
