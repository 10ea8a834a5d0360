package io.prumerge.benchmark.vqav2;

import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** Finds VQAv2's files in the official download and in LLaVA's folder. */
final class VqaFiles {

  private static final String SPLITS = "train2014|val2014|test-dev2015|test2015";
  private static final SplitFiles LLAVA =
      new SplitFiles("llava_vqav2_mscoco_", SPLITS, ".jsonl", "vqav2");
  private static final SplitFiles OFFICIAL =
      new SplitFiles("v2_OpenEnded_mscoco_", SPLITS, "_questions.json", "Questions");
  private static final SplitFiles ANNOTATIONS =
      new SplitFiles("v2_mscoco_", SPLITS, "_annotations.json", "Annotations");

  private static final String TEST_DEV = "test-dev2015";

  /** The whole test set, of which test-dev2015 is a part. */
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

  /** The annotations; absent for the test splits. */
  static Optional<Path> annotations(QuestionFile questions, SourceFiles source) throws IOException {
    return ANNOTATIONS.find(questions.split(), source);
  }

  /**
   * The question file of the whole test set if only test-dev2015 is asked, because the server
   * requires all ids.
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

  /** The table to read if there is no question file. */
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
    return String.format(
        Locale.ROOT, "COCO_%s_%012d.jpg", split.equals(TEST_DEV) ? TEST : split, imageId);
  }
}
