package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Which of TextVQA's files to read.
 *
 * @param questions LLaVA's or the official ones
 * @param annotations the official file, which has questions and answers; LLaVA's has no answers
 * @param tokens what the Rosetta OCR system read, where it lies there
 */
record TextVqaFiles(QuestionFile questions, Optional<Path> annotations, Optional<Path> tokens) {

  private static final String SPLITS = "train|val|test";
  private static final SplitFiles LLAVA =
      new SplitFiles("llava_textvqa_", SPLITS, "_v051_ocr.jsonl", "textvqa");
  private static final SplitFiles OFFICIAL =
      new SplitFiles("TextVQA_0.5.1_", SPLITS, ".json", "annotations");
  private static final SplitFiles TOKENS =
      new SplitFiles("TextVQA_Rosetta_OCR_v0.2_", SPLITS, ".json", "annotations");

  static TextVqaFiles in(SourceFiles source) throws IOException {
    QuestionFile questions = QuestionFile.in(source, List.of(LLAVA, OFFICIAL), Set.of());
    return new TextVqaFiles(
        questions,
        OFFICIAL.find(questions.split(), source),
        TOKENS.find(questions.split(), source));
  }

  boolean official() {
    return questions.kind().equals(OFFICIAL);
  }
}
