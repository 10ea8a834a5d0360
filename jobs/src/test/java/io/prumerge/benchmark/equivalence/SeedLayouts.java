package io.prumerge.benchmark.equivalence;

import io.prumerge.source.ParquetFixture;
import java.util.List;
import java.util.stream.Stream;

/** SEED-Bench's files: LLaVA's, the official one, and the hub's. */
final class SeedLayouts {

  private static final String SUFFIX =
      "\\nA. One\\nB. Two  \\nC. 3\\nD. É"
          + "\\nAnswer with the option\\'s letter from the given choices directly.";

  private static final List<String> IMAGES =
      List.of("SEED-Bench-image/1_1", "SEED-Bench-image/1_2");
  private static final List<String> FRAMES =
      List.of("SEED-Bench-video-image/10_v7.png", "SEED-Bench-video-image/12_2701.png");

  private static final String COLUMNS =
      "optional int32 question_type_id (INTEGER(16,true));"
          + " optional binary question_id (STRING); optional binary data_type (STRING);"
          + " optional binary data_id (STRING); optional binary question (STRING);"
          + " optional binary answer (STRING); optional binary choice_a (STRING);"
          + " optional binary choice_b (STRING); optional binary choice_c (STRING);"
          + " optional binary choice_d (STRING); "
          + ParquetFixture.list("image", ParquetFixture.image("element"));

  private SeedLayouts() {}

  static List<Layout> all() {
    return List.of(
        layout(
            "official, images and frames",
            List.of("", "test"),
            Stream.concat(IMAGES.stream(), FRAMES.stream()).toList(),
            official("SEED-Bench.json")),
        layout(
            "official in its folder, images without frames",
            List.of(""),
            IMAGES,
            official("seed_bench/SEED-Bench.json")),
        layout(
            "official, images in no folder",
            List.of(""),
            List.of("all/1_1", "all/1_2", "all/" + FRAMES.get(0), "all/" + FRAMES.get(1)),
            official("SEED-Bench.json")),
        layout(
            "LLaVA's beside the official one",
            List.of("", "test"),
            Stream.concat(IMAGES.stream(), FRAMES.stream()).toList(),
            llava("llava-seed-bench.jsonl"),
            official("SEED-Bench.json")),
        layout(
            "LLaVA's in its folder, images without frames",
            List.of(""),
            IMAGES,
            llava("seed_bench/llava-seed-bench.jsonl"),
            official("seed_bench/SEED-Bench.json")),
        layout(
            "the hub's",
            List.of("", "test"),
            List.of(),
            MadeFile.table(
                COLUMNS,
                "data/test-00000-of-00001.parquet",
                row("49914", 2, "image", "1_1", "A", 1),
                row("49914", 2, "image", "1_2", "C", 1),
                row("v7", 10, "video", "9.webm", "D", 8),
                row("5", 9, "image", "1_1", "E", 2))));
  }

  private static Layout layout(
      String name, List<String> splits, List<String> pictures, MadeFile... files) {
    return new Layout("seed", name, splits, List.of(files), pictures);
  }

  private static MadeFile official(String name) {
    return MadeFile.arrayIn(
        "questions",
        name,
        item("'49914'", 2, "image", "1_1", "A"),
        item("'49914'", 1, "image", "1_2", "C"),
        item("'v7'", 10, "video", "9.webm", "D"),
        item("2701", 12, "video", "10.webm", "B"),
        item("5", 9, "image", "1_1", "E"));
  }

  private static String item(String id, int type, String kind, String source, String answer) {
    return ("{'answer': '%s', 'choice_a': 'One', 'choice_b': 'Two  ', 'choice_c': 3,"
            + " 'choice_d': 'É', 'data_id': '%s', 'data_type': '%s', 'question': 'How  many?',"
            + " 'question_id': %s, 'question_type_id': %d}")
        .formatted(answer, source, kind, id, type);
  }

  private static MadeFile llava(String name) {
    return MadeFile.lines(
        name,
        line("49914", "SEED-Bench-image/1_1"),
        line("49914", "SEED-Bench-image/1_2"),
        line("'v7'", "SEED-Bench-video-image/10_v7.png"),
        line("5", "SEED-Bench-image/1_1"));
  }

  private static String line(String id, String image) {
    return "{'question_id': %s, 'image': '%s', 'text': 'How  many?%s', 'category': 'x'}"
        .formatted(id, image, SUFFIX);
  }

  private static String row(
      String id, int type, String kind, String source, String answer, int images) {
    String pictures =
        String.join(
            ", ",
            Stream.iterate(0, i -> i + 1).limit(images).map("{'bytes': '%d'}"::formatted).toList());
    return ("{'answer': '%s', 'choice_a': 'One', 'choice_b': 'Two  ', 'choice_c': '3',"
            + " 'choice_d': 'É', 'data_id': '%s', 'data_type': '%s', 'question': 'How  many?',"
            + " 'question_id': '%s', 'question_type_id': %d, 'image': [%s]}")
        .formatted(answer, source, kind, id, type, pictures);
  }
}
