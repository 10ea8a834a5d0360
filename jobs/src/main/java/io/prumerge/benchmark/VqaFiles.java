package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** Where VQAv2's files lie, in the official download and in LLaVA's folder. */
final class VqaFiles {

  private static final String SPLITS = "train2014|val2014|test-dev2015|test2015";
  private static final SplitFiles LLAVA =
      new SplitFiles("llava_vqav2_mscoco_", SPLITS, ".jsonl", "vqav2");
  private static final SplitFiles OFFICIAL =
      new SplitFiles("v2_OpenEnded_mscoco_", SPLITS, "_questions.json", "Questions");
  private static final SplitFiles ANNOTATIONS =
      new SplitFiles("v2_mscoco_", SPLITS, "_annotations.json", "Annotations");

  private static final String TEST_DEV = "test-dev2015";

  /** Comes with test-dev2015, which is the part of it that is asked. */
  private static final String TEST = "test2015";

  private VqaFiles() {}

  /** The question file to read. */
  static Optional<QuestionFile> questions(SourceFiles source) throws IOException {
    return QuestionFile.in(source, List.of(LLAVA, OFFICIAL), Set.of(TEST));
  }

  /** Whether a question file is an official one. */
  static boolean official(QuestionFile questions) {
    return questions.kind().equals(OFFICIAL);
  }

  /** What people answered; absent for the test splits. */
  static Optional<Path> annotations(QuestionFile questions, SourceFiles source) throws IOException {
    return ANNOTATIONS.find(questions.split(), source);
  }

  /**
   * The question file of the whole test set, where only a part of it is asked: the server wants all
   * of its ids.
   */
  static Optional<QuestionFile> handedIn(SourceFiles source) throws IOException {
    Optional<QuestionFile> asked = questions(source);
    if (asked.isEmpty() || !asked.get().split().equals(TEST_DEV)) {
      return Optional.empty();
    }
    for (SplitFiles kind : List.of(LLAVA, OFFICIAL)) {
      Optional<Path> file = kind.find(TEST, source);
      if (file.isPresent()) {
        return Optional.of(new QuestionFile(TEST, kind, file.get()));
      }
    }
    return Optional.empty();
  }

  /** The table to read where there is no question file. */
  static HuggingFaceTable table(SourceFiles source) throws IOException {
    return QuestionFile.table(
        source,
        List.of(LLAVA, OFFICIAL),
        "validation",
        "question_id",
        "image_id",
        "question",
        "multiple_choice_answer");
  }

  /** The name of an image in COCO's folders; both test splits have the same images. */
  static String image(String split, long imageId) {
    return "COCO_%s_%012d.jpg".formatted(split.equals(TEST_DEV) ? TEST : split, imageId);
  }
}
