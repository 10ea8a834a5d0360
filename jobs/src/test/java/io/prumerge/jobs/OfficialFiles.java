package io.prumerge.jobs;

import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Writes small files of every benchmark in an official format, each in a folder with its name. */
public final class OfficialFiles {

  /**
   * Number of images for {@code mini}: few, but enough for a question of each of its benchmarks.
   */
  private static final int PICTURES = 3;

  private static final long SEED = 6;
  private static final int ANNOTATORS = 10;

  private final Path root;
  private final List<Path> pictures;

  private OfficialFiles(Path root, List<Path> pictures) {
    this.root = root;
    this.pictures = List.copyOf(pictures);
  }

  /**
   * Writes all benchmarks: seven with {@code mini}, the others by hand about the same images.
   *
   * @param root an empty folder
   */
  public static void write(Path root) throws IOException {
    MiniBenchmarks.write(root, Split.TEST, SEED, PICTURES, done -> {});
    List<Path> pictures;
    try (Stream<Path> files = Files.list(root.resolve("vqav2").resolve("val2014"))) {
      pictures = files.sorted().toList();
    }
    OfficialFiles files = new OfficialFiles(root, pictures);
    files.custom();
    files.gqa();
    files.llavaBench();
    files.mmBenchCn();
    files.mmVet();
    files.refCoco("refcoco+", "unc");
    files.refCoco("refcocog", "umd");
    files.seed();
    files.vizWiz();
    files.rows();
  }

  /** Writes the benchmarks that are read by their columns, with pictures in the rows. */
  private void rows() throws IOException {
    rows(
        "ai2d",
        "{'image': P0, 'question': 'Which?', 'options': ['egg', 'larva'], 'answer': '1'}",
        "{'image': P1, 'question': 'Who?', 'options': ['cow', 'dog', 'cat'], 'answer': '0'}");
    rows(
        "chartqa",
        "{'image': P0, 'question': 'How many?', 'answer': '14', 'type': 'human_test'}",
        "{'image': P1, 'question': 'Who?', 'answer': 'Yes', 'type': 'augmented_test'}");
    rows(
        "coco-caption",
        "{'id': 139, 'image': P0, 'answer': ['A cat on a mat.', 'The cat sits'], 'coco_url': ''}",
        "{'id': 285, 'image': P1, 'answer': ['Two dogs.', 'A dog and a dog'], 'coco_url': ''}");
    rows(
        "docvqa",
        "{'questionId': '7', 'docId': 1, 'image': '0.png', 'question': 'When?',"
            + " 'answers': ['3 May'], 'question_types': ['layout']}",
        "{'questionId': '8', 'docId': 2, 'image': '1.png', 'question': 'Who?',"
            + " 'answers': ['A', 'B'], 'question_types': ['form', 'layout']}");
    rows(
        "flickr30k",
        "{'img_id': '0', 'image': P0, 'caption': ['A man runs.', 'Someone running'], 'sentids': []}",
        "{'img_id': '1', 'image': P1, 'caption': ['A red car', 'The car is red.'], 'sentids': []}");
    String asked =
        "{'filename': 'F', 'category': 'VD', 'subcategory': 'figure', 'set_id': '0',"
            + " 'gt_answer_details': 'x', 'question': 'Is it?', ";
    rows(
        "hallusionbench",
        asked.replace("F", "0.png")
            + "'visual_input': '1', 'figure_id': '0', 'question_id': '0', 'gt_answer': '1'}",
        asked.replace("F", "./1.png")
            + "'visual_input': '2', 'figure_id': '1', 'question_id': '0', 'gt_answer': '0'}",
        asked.replace("F", "")
            + "'visual_input': '0', 'figure_id': '0', 'question_id': '1', 'gt_answer': '0'}");
    rows(
        "infographicvqa",
        "{'questionId': '7', 'image': P0, 'question': 'When?', 'answers': ['3 May'],"
            + " 'answer_type': ['single span']}",
        "{'questionId': '8', 'image': P1, 'question': 'Who?', 'answers': ['A', 'B'],"
            + " 'answer_type': ['multi-span']}");
    rows(
        "mathvision",
        "{'id': '1', 'image': 'x', 'decoded_image': P0, 'question': 'What is <image1>?',"
            + " 'options': ['1', '2'], 'answer': 'B', 'subject': 'algebra', 'level': 1}",
        "{'id': '2', 'image': 'x', 'decoded_image': P1, 'question': 'How many?', 'options': [],"
            + " 'answer': '60', 'subject': 'counting', 'level': 5}");
    rows(
        "mathvista",
        "{'pid': '1', 'decoded_image': P0, 'question': 'Which?', 'choices': ['a', 'b'],"
            + " 'unit': null, 'precision': null, 'answer': 'b', 'question_type': 'multi_choice',"
            + " 'answer_type': 'text', 'metadata': {'task': 't', 'context': 'c', 'grade': 'g',"
            + " 'language': 'English', 'skills': ['s', 'r']}}",
        "{'pid': '2', 'decoded_image': P1, 'question': 'How long?', 'choices': null, 'unit': 'cm',"
            + " 'precision': 1.0, 'answer': '1.2', 'question_type': 'free_form',"
            + " 'answer_type': 'float', 'metadata': {'task': 't', 'context': 'c', 'grade': 'g',"
            + " 'language': 'English', 'skills': ['s']}}");
    String none = "'image_3': '', 'image_4': '', 'image_5': '', 'image_6': '', 'image_7': ''}";
    rows(
        "mmmu",
        "{'id': 'validation_Math_1', 'question': 'Is it <image 1>?', 'options': \"['a', 'b']\","
            + " 'answer': 'A', 'image_1': P0, 'image_2': '', "
            + none,
        "{'id': 'validation_Art_2', 'question': '<image 1> and <image 2>?', 'options': '[]',"
            + " 'answer': 'two', 'image_1': P0, 'image_2': P1, "
            + none);
    rows(
        "mmstar",
        "{'index': 0, 'image': P0, 'question': 'What?\\nOptions: A: a, B: b, C: c, D: d',"
            + " 'answer': 'B', 'category': 'math', 'l2_category': 'geometry'}",
        "{'index': 1, 'image': P1, 'question': 'Who?\\nOptions: A: a, B: b, C: c, D: d',"
            + " 'answer': 'A', 'category': 'math', 'l2_category': 'statistics'}");
    rows(
        "mlvu",
        "{'video_name': 'a.mp4', 'task_type': 'ego', 'answer': 'B',"
            + " 'question': 'Which?\\n(A) egg\\n(B) larva\\n(C) pupa\\n(D) imago\\n'}");
    rows(
        "egoschema",
        "{'question_idx': '1', 'video_idx': 'a', 'question': 'Which?', 'answer': '1',"
            + " 'option': ['A. egg', 'B. larva', 'C. pupa', 'D. imago', 'E. none']}");
    rows(
        "next-qa",
        "{'video': 7, 'question': 'which', 'answer': 1, 'qid': 0, 'type': 'CW', 'a0': 'egg',"
            + " 'a1': 'larva', 'a2': 'pupa', 'a3': 'imago', 'a4': 'none'}");
    rows(
        "mvbench",
        "{'video': 'a.mp4', 'question': 'Which?', 'candidates': ['egg', 'larva'],"
            + " 'answer': 'larva', 'start': 1.5, 'end': 4}");
    rows(
        "video-mme",
        "{'question_id': '1-1', 'videoID': 'a', 'question': 'Which?',"
            + " 'options': ['A. egg', 'B. larva', 'C. pupa', 'D. imago'], 'answer': 'B',"
            + " 'duration': 'short', 'domain': 'Knowledge', 'sub_category': 'Biology',"
            + " 'task_type': 'OCR Problems'}");
    rows(
        "nocaps",
        "{'image_id': 4, 'image': P0, 'annotations_captions': ['An axolotl', 'It swims']}",
        "{'image_id': 5, 'image': P1, 'annotations_captions': ['An accordion']}");
    rows(
        "ocrbench",
        "{'image': P0, 'question': 'What?', 'answer': ['STOP'],"
            + " 'question_type': 'Regular Text Recognition'}",
        "{'image': P1, 'question': 'Write it.', 'answer': ['x ^ 2'],"
            + " 'question_type': 'Handwritten Mathematical Expression Recognition'}");
    rows(
        "realworldqa",
        "{'image': P0, 'question': 'Where?\\n\\nA. left\\nB. right\\nPlease answer directly.',"
            + " 'answer': 'A'}",
        "{'image': P1, 'question': 'How many?', 'answer': '2'}");
  }

  /**
   * Writes rows of JSON.
   *
   * @param rows with single quotes, if they have no double ones outside these; {@code P0} and
   *     {@code P1} are pictures
   */
  private void rows(String benchmark, String... rows) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String row : rows) {
      String line = row;
      if (row.contains("\"")) {
        String[] parts = row.split("\"", -1); // the odd ones are texts with quotes inside
        for (int i = 0; i < parts.length; i++) {
          parts[i] = i % 2 == 0 ? parts[i].replace('\'', '"') : '"' + parts[i] + '"';
        }
        line = String.join("", parts);
      } else {
        line = row.replace('\'', '"');
      }
      for (int i = 0; i < 2; i++) {
        String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(pictures.get(i)));
        line = line.replace(" P" + i, " \"" + picture + "\"");
      }
      lines.add(line);
    }
    for (int i = 0; i < 2; i++) {
      picture(i, benchmark + "/images/" + i + ".png");
    }
    text(benchmark + "/rows.jsonl", String.join("\n", lines) + "\n");
  }

  private void picture(int index, String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(pictures.get(index), file);
  }

  private void text(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
  }

  private void custom() throws IOException {
    picture(0, "custom/images/a.png");
    picture(1, "custom/images/more/b.png");
    text(
        "custom/questions.jsonl",
        """
        {"question_id": 7, "image": "a.png", "text": "What is it?", "category": "what", "answers": ["a star", "star"]}
        {"question_id": "q8", "image": "more/b.png", "text": "What colour?\\nOne word.", "answer": "Red."}
        {"question_id": 9, "text": "What is one and one?", "answer": "two"}
        """);
  }

  private void gqa() throws IOException {
    List<String> fields = new ArrayList<>();
    List<String> structures = List.of("verify", "query", "choose");
    for (int i = 0; i < PICTURES; i++) {
      picture(i, "gqa/images/n%d.jpg".formatted(i));
      fields.add(
          """
          "2020%d": {"semantic": [{"operation": "select", "dependencies": [], "argument": "star (1)"}],
            "entailed": ["2020%d"], "equivalent": ["2020%d"], "question": "Which object is it?",
            "imageId": "n%d", "isBalanced": true, "groups": {"global": null, "local": "06-star_red"},
            "answer": "star", "semanticStr": "select: star (1)", "annotations": {"answer": {}},
            "types": {"detailed": "existRelS", "semantic": "rel", "structural": "%s"},
            "fullAnswer": "It is a star."}"""
              .formatted(i, i, i, i, structures.get(i)));
    }
    text("gqa/testdev_balanced_questions.json", "{" + String.join(",\n", fields) + "}");
  }

  private void llavaBench() throws IOException {
    picture(0, "llava-bench/images/001.jpg");
    picture(1, "llava-bench/images/002.jpg");
    text(
        "llava-bench/questions.jsonl",
        """
        {"question_id": 0, "image": "001.jpg", "text": "What is this?", "category": "conv"}
        {"question_id": 1, "image": "001.jpg", "text": "Describe this.", "category": "detail"}
        {"question_id": 2, "image": "002.jpg", "text": "Why is it here?", "category": "complex"}
        """);
    text(
        "llava-bench/context.jsonl",
        """
        {"id": "001", "image": "001.jpg", "caption": "A star."}
        {"id": "002", "image": "002.jpg", "caption": ["A circle.", "It is red."]}
        """);
    text(
        "llava-bench/answers_gpt4.jsonl",
        """
        {"question_id": 0, "prompt": "What is this?", "text": "A star.", "answer_id": "x0", "model_id": "gpt-4", "metadata": {}}
        {"question_id": 1, "prompt": "Describe this.", "text": "A star\\nalone.", "answer_id": "x1", "model_id": "gpt-4", "metadata": {}}
        {"question_id": 2, "prompt": "Why is it here?", "text": "To be seen.", "answer_id": "x2", "model_id": "gpt-4", "metadata": {}}
        """);
  }

  /**
   * Writes a question with three options and one with two; their rotations refer to the first one's
   * image.
   */
  private void mmBenchCn() throws IOException {
    Files.createDirectories(root.resolve("mmbench-cn"));
    text(
        "mmbench-cn/mmbench_dev_cn_20231003.tsv",
        String.join(
            "\n",
            "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment\tsplit",
            mmBenchRow(5, "星\t圆\t\"方\"\t", "B", "object_localization", base64(0)),
            mmBenchRow(1_000_005, "圆\t\"方\"\t星\t", "A", "object_localization", "5"),
            mmBenchRow(2_000_005, "\"方\"\t星\t圆\t", "C", "object_localization", "5"),
            mmBenchRow(6, "红\t蓝\t\t", "A", "attribute_recognition", base64(1)),
            mmBenchRow(1_000_006, "蓝\t红\t\t", "B", "attribute_recognition", "6"),
            ""));
  }

  private String base64(int picture) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(pictures.get(picture)));
  }

  private static String mmBenchRow(
      long index, String options, String answer, String category, String image) {
    return "%d\t图里有什么？\t看图。\t%s\t%s\t%s\t%s\tmade\tfinegrained_perception\t\tdev"
        .formatted(index, options, answer, category, image);
  }

  /** Writes an object with two phrases, and one of another split. */
  private void refCoco(String name, String partition) throws IOException {
    picture(0, name + "/train2014/COCO_train2014_000000000001.jpg");
    text(
        name + "/refs(" + partition + ").p",
        """
        (l(dS'ann_id'
        I11
        sS'image_id'
        I1
        sS'split'
        S'val'
        sS'sentences'
        (l(dS'sent_id'
        I5
        sS'sent'
        S'red star'
        sa(dS'sent_id'
        I6
        sS'sent'
        S'the left one'
        sasa(dS'split'
        S'train'
        sa.""");
    text(
        name + "/instances.json",
        """
        {"images": [{"id": 1, "file_name": "COCO_train2014_000000000001.jpg", "width": 96, "height": 96}],
         "annotations": [{"id": 11, "image_id": 1, "bbox": [8.5, 16, 32, 24.25]}], "categories": []}
        """);
  }

  private void mmVet() throws IOException {
    picture(0, "mm-vet/images/v1_0.png");
    picture(1, "mm-vet/images/v1_1.jpg");
    text(
        "mm-vet/mm-vet.json",
        """
        {
            "v1_0": {
                "imagename": "v1_0.png",
                "question": "What is x in the equation?",
                "answer": "-1<AND>-5",
                "imagesource": "https://example.org/0.png",
                "capability": ["ocr", "math"]
            },
            "v1_1": {
                "imagename": "v1_1.jpg",
                "question": "Which shape is it?",
                "answer": "star<OR>a star",
                "imagesource": "https://example.org/1.jpg",
                "capability": ["rec"]
            }
        }
        """);
  }

  /** Writes two questions with the same id, as in the official file, and one about a video. */
  private void seed() throws IOException {
    picture(0, "seed/SEED-Bench-image/1454426_2591111986");
    picture(1, "seed/SEED-Bench-image/1454426_2591111987");
    picture(2, "seed/SEED-Bench-video-image/10_2701.png");
    text(
        "seed/SEED-Bench.json",
        "{\"question_type\": {\"Instance Identity\": 2, \"Action Recognition\": 10}, \"questions\": ["
            + String.join(
                ",\n",
                seedItem("49914", 2, "image", "1454426_2591111986", "A"),
                seedItem("49914", 2, "image", "1454426_2591111987", "C"),
                seedItem("2701", 10, "video", "27.webm", "D"))
            + "]}");
  }

  private static String seedItem(String id, int type, String kind, String source, String answer) {
    return """
        {"answer": "%s", "choice_a": "One", "choice_b": "Two", "choice_c": "Three", "choice_d": "Four",
         "data_id": "%s", "data_type": "%s", "question": "How many stars are there?",
         "question_id": "%s", "question_type_id": %d, "segment": [0.0, 1.5]}"""
        .formatted(answer, source, kind, id, type);
  }

  private void vizWiz() throws IOException {
    List<String> items = new ArrayList<>();
    String answers =
        String.join(
            ", ",
            Collections.nCopies(
                ANNOTATORS, "{\"answer_confidence\": \"yes\", \"answer\": \"a star\"}"));
    for (int i = 0; i < PICTURES; i++) {
      String name = "VizWiz_val_%08d.jpg".formatted(i);
      picture(i, "vizwiz/val/" + name);
      items.add(
          "{\"image\": \"%s\", \"question\": \"What is this?\", \"answers\": [%s], \"answer_type\": \"other\", \"answerable\": 1}"
              .formatted(name, answers));
    }
    text("vizwiz/val.json", "[" + String.join(",\n", items) + "]");
  }
}
