package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Which of VQAv2's files to read.
 *
 * @param questions LLaVA's or the official ones
 * @param annotations absent for the test splits
 */
record VqaFiles(QuestionFile questions, Optional<Path> annotations) {

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

  static VqaFiles in(SourceFiles source) throws IOException {
    QuestionFile questions = QuestionFile.in(source, List.of(LLAVA, OFFICIAL), Set.of(TEST));
    return new VqaFiles(questions, ANNOTATIONS.find(questions.split(), source));
  }

  boolean official() {
    return questions.kind().equals(OFFICIAL);
  }

  /** The name of an image in COCO's folders; both test splits have the same images. */
  String image(long imageId) {
    String split = questions.split();
    return "COCO_%s_%012d.jpg".formatted(split.equals(TEST_DEV) ? TEST : split, imageId);
  }
}
